import { z } from 'zod/mini';
import { Card } from '../../ui/card.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import type { MoodState } from '../../ui/mood-name.tsx';
import { Select } from '../../ui/select.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { mood as said } from '../../words/en/mood.ts';
import { words } from '../../words/words.ts';
import { readDelay } from './draft.ts';
import type { Draft } from './draft.ts';
import styles from './mood-preview.module.css';
import type { MoodPreview as Preview } from './use-preview.ts';

const tiers = ['free', 'bronze', 'silver', 'gold', 'platinum', 'unknown'] as const;
/** Which tier's texts are shown, in the address of the page. */
export const previewSearch = z.object({ tier: z.catch(z._default(z.enum(tiers), 'free'), 'free') });
const types = ['greeting', 'auto_response', 'tip_thank_you', 'farewell'] as const;

const tierText = (tier: (typeof tiers)[number]) => (tier === 'unknown' ? said.preview.unknownTier : words.common.tiers[tier]);

/** What users will read of the draft: from the templates that would be chosen, with her message as it would be stored. */
export function MoodPreview({
  draft,
  preview,
  isBroken,
  isOfDraft,
}: {
  draft: Draft;
  preview: Preview | undefined;
  isBroken: boolean;
  isOfDraft: boolean;
}) {
  const [{ tier }, set] = useSearch(previewSearch);
  const texts = preview?.texts.filter(({ userTier }) => (userTier ?? 'unknown') === tier) ?? [];
  const message = preview?.message.text ?? null;
  const isHidden = preview?.message.shown === false;
  return (
    <Card title={said.preview.heading}>
      <div className={styles['preview']} aria-busy={!isOfDraft}>
        <Select
          label={said.preview.tier}
          value={tier}
          options={tiers.map((value) => ({ value, text: tierText(value) }))}
          onChange={(value) => set({ tier: value })}
        />
        {isBroken && <p className={styles['note']}>{said.preview.outdated}</p>}
        <dl className={styles['texts']}>
          <div>
            <dt>{said.preview.badge}</dt>
            <dd className={styles['badge']}>
              <MoodName state={draft.moodState} />
              {message !== null && !isHidden && <q>{message}</q>}
            </dd>
          </div>
          {types.map((type) => {
            const text = texts.find(({ templateType }) => templateType === type);
            const isOff = type === 'auto_response' && !draft.autoRespond;
            return (
              <div key={type}>
                <dt>{titleOf(type, draft)}</dt>
                <dd
                  className={`${styles['bubble']} ${isOff ? styles['off'] : styles[draft.moodState satisfies MoodState]}`}
                  data-type={type}
                >
                  {isOff ? said.preview.auto_responseOff : text === undefined ? ' ' : (text.text ?? said.preview.ownText)}
                </dd>
              </div>
            );
          })}
        </dl>
        {isHidden && <p className={styles['note']}>{said.preview.hidden}</p>}
        <p className={styles['note']}>{said.preview.note}</p>
      </div>
    </Card>
  );
}

function titleOf(type: (typeof types)[number], { autoRespond, delay }: Draft): string {
  const seconds = readDelay(delay) ?? 0;
  return type === 'auto_response' && autoRespond && seconds > 0 ? said.preview.auto_responseAfter(seconds) : said.preview[type];
}
