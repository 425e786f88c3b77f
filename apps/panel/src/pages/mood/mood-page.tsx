import { useEffect, useRef } from 'react';
import { useSession } from '../../shell/session.tsx';
import { shortMoment } from '../../time/short-moment.ts';
import { useNow } from '../../time/use-now.ts';
import { useUnderstood } from '../../ui/address.ts';
import { DraftBack } from '../../ui/draft-back.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { mood as said } from '../../words/en/mood.ts';
import { terms as termsSaid } from '../../words/en/terms.ts';
import { words } from '../../words/words.ts';
import { TermsCard } from '../terms/terms-card.tsx';
import { updateBackTo } from './draft.ts';
import type { MoodSettings } from './draft.ts';
import { MoodForm } from './mood-form.tsx';
import styles from './mood-page.module.css';
import { MoodPreview, previewSearch } from './mood-preview.tsx';
import { Hold, LastNotice, News } from './news.tsx';
import type { OwnMood } from './own-mood.ts';
import { RecentMoods } from './recent-moods.tsx';
import { Standing } from './standing.tsx';
import { useChangeMood } from './use-change-mood.ts';
import { useEdit } from './use-edit.ts';
import { useOwnMood } from './use-own-mood.ts';
import { usePreview } from './use-preview.ts';

export function Page() {
  const own = useOwnMood(useSession().subject);
  // Also while the mood is waited for.
  useUnderstood(previewSearch);
  return (
    <>
      <PageHeader title={words.shell.pages.mood} lead={own.data && <SeenAs own={own.data} />} />
      <Loaded query={own}>{(data) => <Editor own={data} />}</Loaded>
    </>
  );
}

function SeenAs({ own: { mood } }: { own: OwnMood }) {
  return (
    <span className={styles['seen']}>
      {said.seenAs} <MoodName state={mood.moodState} />
      {mood.version > 0 && <span>{said.since(shortMoment(mood.lastUpdated, Date.now()))}</span>}
    </span>
  );
}

function Editor({ own }: { own: OwnMood }) {
  const { mood, heldUntil, terms, isUnconfirmed = false } = own;
  const change = useChangeMood();
  const edit = useEdit(mood, isUnconfirmed);
  const { preview, error, isOfDraft } = usePreview(edit.draft);
  const isHeld = useNow(heldUntil) < Date.parse(heldUntil ?? '') && heldUntil !== null;
  const isAccepted = terms.acceptedAt !== null;
  const sheet = useRef<HTMLDivElement>(null);
  const wasAccepted = useRef(false);
  // The button that was pressed is gone: the keyboard goes on at the form.
  useEffect(() => {
    if (isAccepted && wasAccepted.current) sheet.current?.querySelector<HTMLElement>('input:checked')?.focus();
  }, [isAccepted]);

  function extend(expiresAt: Date) {
    change.mutate({
      update: { ...updateBackTo(mood, Date.now()), expiresAt: expiresAt.toISOString() },
      onlyIf: mood,
      isExtension: true,
      canUndo: true,
      said: () => said.extended(shortMoment(expiresAt, Date.now())),
      onDone: edit.follow,
      onUndone: edit.follow,
    });
  }

  /** What was typed meanwhile comes back when this is taken back. */
  function setAgain(settings: MoodSettings) {
    const { draft } = edit;
    change.mutate({
      update: settings,
      onlyIf: mood,
      canUndo: true,
      said: ({ moodState }) => said.saved(words.common.moods[moodState]),
      onDone: edit.take,
      onUndone: (before) => edit.restore(before, draft),
    });
  }

  return (
    <>
      {isHeld && <Hold until={heldUntil} />}
      {edit.hasNews ? <News own={own} hasEnded={edit.hasEnded} isHeld={isHeld} onTake={() => edit.take(mood)} /> : <LastNotice own={own} />}
      {edit.keptAt !== undefined && !edit.hasNews && (
        <DraftBack keptAt={edit.keptAt} field="form textarea" onDiscard={() => edit.take(mood)} />
      )}
      {!isAccepted && (
        <div className={styles['terms']}>
          <TermsCard
            onAccepted={() => {
              wasAccepted.current = true;
            }}
            title={mood.version > 0 ? termsSaid.newHeading : termsSaid.firstHeading}
            lead={mood.version > 0 ? termsSaid.newText : termsSaid.firstText}
          />
        </div>
      )}
      {/* What was typed before new terms came stays where it is. */}
      <div className={styles['columns']} hidden={!isAccepted}>
        <div className={styles['sheet']} ref={sheet}>
          <MoodForm current={mood} edit={edit} change={change} advice={isOfDraft ? preview?.message : undefined} isHeld={isHeld} />
        </div>
        <aside className={styles['aside']}>
          <MoodPreview draft={edit.draft} preview={preview} isBroken={error !== null} isOfDraft={isOfDraft} />
        </aside>
        <div className={styles['below']}>
          <Standing own={own} isHeld={isHeld} onExtend={extend} />
          <RecentMoods current={mood} isDisabled={isHeld || change.isPending} onChoose={setAgain} />
        </div>
      </div>
    </>
  );
}
