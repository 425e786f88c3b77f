import { DomainError } from '../errors.ts';
import { maxCustomMessageLength } from '../moods/mood.ts';
import { codePointLength, hasForbiddenCharacters, isBlank, trimmed } from './characters.ts';
import { ContentRefused, describeFindings } from './content-policy.ts';
import type { ContentPolicy, PolicyFinding } from './content-policy.ts';
import { toPlainText } from './plain-text.ts';
import { sanitise } from './sanitise.ts';
import type { RemovedPiece } from './sanitise.ts';

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

export interface InspectedMessage {
  /** As it would be stored; null when there is nothing to see in it, or when it would be refused. */
  text: string | null;
  /** Code points as typed, in NFC: those that the limit of 200 counts. */
  length: number;
  /** The error of `parseCustomMessage`; null when it would be accepted. */
  refusal: DomainError | null;
  /** What would be taken out of an accepted message, without blanks at its ends. */
  removed: RemovedPiece[];
}

/** `parseCustomMessage` for a message that is still being typed: says what would become of it, and never throws. */
export function inspectCustomMessage(typed: string | null, policy: ContentPolicy): InspectedMessage {
  const length = codePointLength((typed ?? '').normalize('NFC'));
  try {
    const text = parseCustomMessage(typed, policy);
    return { text, length, refusal: null, removed: sanitise(typed ?? '').removed.filter(({ what }) => what !== 'blank') };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { text: null, length, refusal: error, removed: [] };
  }
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
