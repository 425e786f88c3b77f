import { shortMoment } from '../time/short-moment.ts';
import { words } from '../words/words.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Says that what was typed before is in the form again, and offers to drop it. @param keptAt milliseconds since 1970. */
export function DraftBack({ keptAt, onDiscard }: { keptAt: number; onDiscard: () => void }) {
  const when = shortMoment(new Date(keptAt).toISOString(), Date.now());
  return (
    <Notice kind="info" role="status" action={<Button onPress={onDiscard}>{words.common.discardDraft}</Button>}>
      {words.common.draftBack(when)}
    </Notice>
  );
}
