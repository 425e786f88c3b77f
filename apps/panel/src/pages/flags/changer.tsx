import { flags as words } from '../../words/en/flags.ts';
import { Somebody } from '../somebody.tsx';

/** Who has set a flag. @param by null: not in the panel. */
export function Changer({ by, reason }: { by: string | null; reason: string | null }) {
  if (by !== null) return <Somebody id={by} />;
  return reason === null ? words.byHand : words.operator;
}
