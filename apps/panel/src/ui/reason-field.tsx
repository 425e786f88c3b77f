import { isReason } from './reason.ts';
import { TextField } from './text-field.tsx';
import type { TextFieldProps } from './text-field.tsx';

/** Why something is done, or what was found, for the record. What is wrong with it is said once it was left. */
export function ReasonField({ problem, value, ...props }: TextFieldProps & { value: string; problem: string }) {
  return <TextField {...props} value={value} problem={value === '' || isReason(value) ? undefined : problem} isRequired />;
}
