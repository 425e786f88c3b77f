import { DomainError } from '../errors.ts';
import { maxCustomMessageLength } from '../moods/mood.ts';
import { codePointLength, hasForbiddenCharacters, isBlank, trimmed } from './characters.ts';
import { ContentRefused, describeFindings } from './content-policy.ts';
import type { ContentPolicy, PolicyFinding } from './content-policy.ts';
import { toPlainText } from './plain-text.ts';

/** UTF-16 units above which no text can have so few code points in NFC (which shortens a text to a quarter at most). */
const surelyTooLong = maxCustomMessageLength * 2 * 4;

/**
 * Checks a performer's mood message and makes it plain text (contract: "Mood Metadata", Appendix D).
 * @param typed what the performer typed, or null for no message.
 * @returns plain text of 1 to 200 code points in which no tag can form, without blanks at its ends, never cut; null when there
 * is nothing to see in it.
 * @throws DomainError INVALID_CUSTOM_MESSAGE: longer than 200 code points as typed (in NFC), with control or direction
 * characters; ContentRefused (the same code) with something that the content policy forbids: the message names the passages.
 */
export function parseCustomMessage(typed: string | null, policy: ContentPolicy): string | null {
  if (typed === null) return null;
  refuseTooLong(typed);
  refuseForbiddenCharacters(typed);
  const text = trimmed(toPlainText(typed));
  refuseForbiddenCharacters(text);
  if (isBlank(text)) return null;
  refuseForbiddenContent(text, policy.inspect(text));
  return text;
}

function refuseTooLong(typed: string): void {
  const length = typed.length > surelyTooLong ? Infinity : codePointLength(typed.normalize('NFC'));
  if (length <= maxCustomMessageLength) return;
  const many = Number.isFinite(length) ? `has ${length} characters` : 'is far too long';
  refuse(`The custom message ${many}. Shorten it to at most ${maxCustomMessageLength} characters.`);
}

function refuseForbiddenCharacters(text: string): void {
  if (!hasForbiddenCharacters(text)) return;
  refuse(
    'The custom message has line breaks, tabs or invisible control characters. Type it again as a single line of ordinary text and emoji.',
  );
}

function refuseForbiddenContent(text: string, findings: PolicyFinding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const message = `Custom messages cannot hold ${describeFindings(text, findings)}. Take them out and try again.`;
  throw new ContentRefused(message, first.kind);
}

function refuse(message: string): never {
  throw new DomainError('INVALID_CUSTOM_MESSAGE', message);
}
