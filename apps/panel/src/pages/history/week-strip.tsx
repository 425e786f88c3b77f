import { useQuery } from '@tanstack/react-query';
import type { moodHistorySchema } from '@mood/contract/moods';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { lengthInWords, zoneOfReader } from '../../time/format.ts';
import { shortMoment } from '../../time/short-moment.ts';
import { Card } from '../../ui/card.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import type { MoodState } from '../../ui/mood-name.tsx';
import { history as said } from '../../words/en/history.ts';
import { words } from '../../words/words.ts';
import { startOfWeek, totalOf, weekOf } from './week.ts';
import type { Day } from './week.ts';
import styles from './history.module.css';

type History = z.output<typeof moodHistorySchema>;
type Change = History['history'][number];

/** 4 × 100 changes: who changes more often in a week sees its end. */
const maxPages = 4;
const states = ['positive', 'neutral', 'negative'] as const;

/** The changes back to the beginning of the week, newest first, and the one before. */
async function readWeek(modelId: string, signal: AbortSignal): Promise<{ changes: Change[]; isComplete: boolean; now: number }> {
  const now = Date.now();
  const start = startOfWeek(now, zoneOfReader());
  const changes: Change[] = [];
  let before: string | null = null;
  for (let page = 0; page < maxPages; page++) {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const { history, next }: History = await get<History>(`/mood/${modelId}/history`, { limit: 100, before }, signal);
    changes.push(...history);
    before = next;
    const oldest = changes.at(-1);
    if (next === null || (oldest !== undefined && Date.parse(oldest.changedAt) <= start)) break;
  }
  return { changes, isComplete: before === null, now };
}

/** The last seven days in the colours of the moods; each mood has a height of its own, too. */
export function WeekStrip({ modelId }: { modelId: string }) {
  const query = useQuery({ queryKey: ['mood', 'history', modelId, 'week'], queryFn: ({ signal }) => readWeek(modelId, signal) });
  return (
    <Card title={said.week}>
      <Loaded query={query}>
        {({ changes, isComplete, now }) => {
          const week = weekOf(changes, now, zoneOfReader());
          const first = isComplete ? changes.at(-1) : undefined;
          const sentence = sentenceOf(week);
          return (
            <>
              <p className={styles['sentence']}>{sentence}</p>
              <div className={styles['week']}>
                <Strip week={week} sentence={sentence} />
                <WeekTable week={week} />
              </div>
              {first !== undefined && Date.parse(first.changedAt) > startOfWeek(now, zoneOfReader()) && (
                <p className={styles['note']}>{said.weekBegins(shortMoment(first.changedAt, now))}</p>
              )}
              {!isComplete && week[0]?.parts[0]?.from !== 0 && <p className={styles['note']}>{said.weekPart}</p>}
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

function sentenceOf(week: readonly Day[]): string {
  const total = totalOf(week);
  const lengths = states.filter((state) => total[state] > 0);
  return said.weekSentence(lengths.map((state) => said.weekLength(words.common.moods[state], lengthInWords(total[state]))));
}

const inWeekday = (date: string) =>
  new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(date));

/** Hours and minutes. */
function inHours(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes === 0) return ms > 0 ? said.underAMinute : said.none;
  return said.hours(Math.floor(minutes / 60), minutes % 60);
}

function WeekTable({ week }: { week: readonly Day[] }) {
  return (
    <table className={styles['table']}>
      <caption className="hidden">{said.weekTable}</caption>
      <thead>
        <tr>
          <th scope="col">{said.day}</th>
          {states.map((state) => (
            <th key={state} scope="col">
              {words.common.moods[state]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {week.map(({ date, lengths }) => (
          <tr key={date}>
            <th scope="row">
              <time dateTime={date}>{inWeekday(date)}</time>
            </th>
            {states.map((state) => (
              <td key={state}>{inHours(lengths[state])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const rowHeight = 28;
/** Share of the width, in per cent, that the names of the days take. */
const labelWidth = 20;
const heights: Readonly<Record<MoodState, number>> = { positive: 20, neutral: 13, negative: 7 };
const xOf = (share: number) => `${(labelWidth + share * (100 - labelWidth)).toFixed(3)}%`;
const widthOf = (share: number) => `${(share * (100 - labelWidth)).toFixed(3)}%`;

function Strip({ week, sentence }: { week: readonly Day[]; sentence: string }) {
  return (
    <figure className={styles['strip']}>
      <svg role="img" aria-label={sentence} width="100%" height={week.length * rowHeight}>
        {week.map(({ date, parts }, row) => (
          <g key={date}>
            <text className={styles['dayName']} x="0" y={row * rowHeight + 19}>
              {inWeekday(date)}
            </text>
            <rect className={styles['track']} x={xOf(0)} width={widthOf(1)} y={row * rowHeight + 23} height="1" />
            {parts.map(({ state, from, to }) => (
              <rect
                key={from}
                className={styles[state]}
                x={xOf(from)}
                width={widthOf(to - from)}
                y={row * rowHeight + 23 - heights[state]}
                height={heights[state]}
                rx="2"
              />
            ))}
          </g>
        ))}
      </svg>
      <figcaption className={styles['legend']}>
        {states.map((state) => (
          <MoodName key={state} state={state} />
        ))}
      </figcaption>
    </figure>
  );
}
