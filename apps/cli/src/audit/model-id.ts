import { UsageProblem } from '../problem.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws UsageProblem when it is no id. */
export function modelIdOf(text: string): string {
  if (uuid.test(text)) return text.toLowerCase();
  throw new UsageProblem(`"${text}" is no ID of a model: expected a UUID.`);
}
