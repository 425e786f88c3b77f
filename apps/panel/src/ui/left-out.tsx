import { words } from '../words/words.ts';
import { useLeftOut } from './address.ts';
import { Notice } from './notice.tsx';
import { PlainButton } from './plain-button.tsx';

const maxShown = 60;
const shorten = (text: string) => (text.length > maxShown ? `${text.slice(0, maxShown)}…` : text);

/** Says which parameters of the address the page does not understand: what is shown is not narrowed by them. */
export function LeftOut() {
  const { leftOut, drop } = useLeftOut();
  if (leftOut.length === 0) return null;
  const parts = leftOut.map(([name, value]) => `“${shorten(`${name}=${value}`)}”`);
  return (
    <Notice kind="warn" role="status" action={<PlainButton onClick={drop}>{words.common.dropLeftOut}</PlainButton>}>
      {words.common.leftOut(parts)}
    </Notice>
  );
}
