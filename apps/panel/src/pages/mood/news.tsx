import { lengthInWords } from '../../time/format.ts';
import { shortMoment } from '../../time/short-moment.ts';
import { useNow } from '../../time/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { mood as said } from '../../words/en/mood.ts';
import { words } from '../../words/words.ts';
import type { OwnMood } from './own-mood.ts';

/** Clocks of the parts that write a change and its notice. */
const toleranceMs = 2_000;

/** What others did to the mood: the last thing that happened to it, until she sets another. */
function lastOf({ notices: [last], mood }: OwnMood) {
  return last === undefined || Date.parse(last.at) < Date.parse(mood.lastUpdated) - toleranceMs ? undefined : last;
}

export function LastNotice({ own }: { own: OwnMood }) {
  const last = lastOf(own);
  if (last === undefined) return null;
  return (
    <Notice kind="info" role="status">
      {last.text} <time dateTime={last.at}>({shortMoment(last.at, Date.now())})</time>
    </Notice>
  );
}

/** Until when an administrator's change cannot be replaced. */
export function Hold({ until }: { until: string }) {
  const now = useNow(until);
  return (
    <Notice kind="warn" role="status">
      {said.held(shortMoment(until, now), lengthInWords(Date.parse(until) - now))}
    </Notice>
  );
}

/** The mood was changed elsewhere while something was typed here: it says what it is now, and nothing that was typed is touched. */
export function News({ own, hasEnded, isHeld, onTake }: { own: OwnMood; hasEnded: boolean; isHeld: boolean; onTake: () => void }) {
  const { mood } = own;
  const name = words.common.moods[mood.moodState].toLowerCase();
  const take = (
    <Button onPress={onTake} kind="plain">
      {said.news.take}
    </Button>
  );
  return (
    <Notice kind="warn" role="alert" action={take}>
      <strong>{said.news.heading}</strong> {hasEnded ? said.news.ended : said.news.by[mood.updatedBy](name)}{' '}
      {mood.customMessage !== null && said.news.withMessage(mood.customMessage)} {lastOf(own)?.holdEnded === true && said.news.holdEnded}{' '}
      {isHeld ? said.news.keptHeld : said.news.kept}
    </Notice>
  );
}
