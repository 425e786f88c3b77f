import { TextField } from './text-field.tsx';
import type { TextFieldProps } from './text-field.tsx';

/** Code points, as the contract counts them (libs/contract/src/reason.ts). */
const [shortest, longest] = [3, 500];

/** Whether a text can stand in the record: 3 to 500 characters on one line. */
export function isReason(text: string): boolean {
  const { length } = Array.from(text.trim());
  return length >= shortest && length <= longest && !/\p{Cc}/u.test(text.trim());
}

/** Why something is done, or what was found, for the record. What is wrong with it is said once it was left. */
export function ReasonField({ problem, value, ...props }: TextFieldProps & { value: string; problem: string }) {
  return <TextField {...props} value={value} problem={value === '' || isReason(value) ? undefined : problem} isRequired />;
}
