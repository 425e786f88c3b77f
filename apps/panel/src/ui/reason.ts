import { codePointLength, hasForbiddenCharacters } from '@mood/domain/vocabulary';

/** Code points, as the contract counts them (libs/contract/src/reason.ts). */
const [shortest, longest] = [3, 500];

/** Whether a text can stand in the record: 3 to 500 characters on one line. */
export function isReason(text: string): boolean {
  const reason = text.trim();
  const length = codePointLength(reason);
  return length >= shortest && length <= longest && !hasForbiddenCharacters(reason);
}
