import { words } from '../words/words.ts';
import { useLeftOut } from './address.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

const maxShown = 60;
const shorten = (text: string) => (text.length > maxShown ? `${text.slice(0, maxShown)}…` : text);

/** Says which parameters of the address the page does not understand: what is shown is not narrowed by them. */
export function LeftOut() {
  const { leftOut, drop } = useLeftOut();
  if (leftOut.length === 0) return null;
  const parts = leftOut.map(([name, value]) => `“${shorten(`${name}=${value}`)}”`);
  return (
    <Notice kind="warn" role="status" action={<Button onPress={drop}>{words.common.dropLeftOut}</Button>}>
      {words.common.leftOut(parts)}
    </Notice>
  );
}
