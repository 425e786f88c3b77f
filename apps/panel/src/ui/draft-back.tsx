import { shortMoment } from '../time/short-moment.ts';
import { words } from '../words/words.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/**
 * Says that what was typed before is in the form again, and offers to drop it.
 * @param keptAt milliseconds since 1970. @param field a selector of where who drops it goes on.
 */
export function DraftBack({ keptAt, field, onDiscard }: { keptAt: number; field: string; onDiscard: () => void }) {
  const when = shortMoment(new Date(keptAt).toISOString(), Date.now());
  return (
    <div data-goes-on={field}>
      <Notice kind="info" role="status" action={<Button onPress={onDiscard}>{words.common.discardDraft}</Button>}>
        {words.common.draftBack(when)}
      </Notice>
    </div>
  );
}
