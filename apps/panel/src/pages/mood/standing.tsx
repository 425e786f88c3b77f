import { useId, useState } from 'react';
import { Link } from 'wouter';
import { lengthInWords, zoneOfReader } from '../../time/format.ts';
import { shortMoment } from '../../time/short-moment.ts';
import { useNow } from '../../time/use-now.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { mood as said } from '../../words/en/mood.ts';
import { endOf } from './ends.ts';
import type { EndChip } from './ends.ts';
import type { OwnMood } from './own-mood.ts';
import styles from './standing.module.css';

const extensions = ['hour', 'fourHours', 'today', 'tomorrow'] as const satisfies readonly EndChip[];
type Extension = (typeof extensions)[number];

/** Lengths of time begin at the end that there is. */
function extendedTo(extension: Extension, expiresAt: string, now: number): Date {
  const isLength = extension === 'hour' || extension === 'fourHours';
  return endOf(extension, isLength ? Date.parse(expiresAt) : now, zoneOfReader());
}

/** When the mood ends, how it is extended, and how many changes are left. */
export function Standing({ own, isHeld, onExtend }: { own: OwnMood; isHeld: boolean; onExtend: (expiresAt: Date) => void }) {
  const { mood, changes } = own;
  const now = useNow(mood.expiresAt ?? changes.moreAt);
  return (
    <Card title={said.standing.heading}>
      <div className={styles['lines']}>
        {mood.expiresAt === null ? (
          <p className={styles['line']}>{said.standing.noEnd}</p>
        ) : (
          <End expiresAt={mood.expiresAt} now={now} canExtend={!isHeld} onExtend={onExtend} />
        )}
        <p className={styles['line']}>
          {changes.remaining === 0 && changes.moreAt !== null
            ? said.standing.noneLeft(shortMoment(changes.moreAt, now), lengthInWords(Date.parse(changes.moreAt) - now))
            : said.standing.changes(changes.remaining, changes.limit)}
        </p>
        <p className={styles['hint']}>
          {said.standing.changesHint} <Link href="/terms">{said.standing.terms}</Link>
        </p>
      </div>
    </Card>
  );
}

function End({
  expiresAt,
  now,
  canExtend,
  onExtend,
}: {
  expiresAt: string;
  now: number;
  canExtend: boolean;
  onExtend: (expiresAt: Date) => void;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const offered = extensions.filter((extension) => extendedTo(extension, expiresAt, now).getTime() > Date.parse(expiresAt));
  return (
    <>
      <div className={styles['line']}>
        <span>{said.standing.ends(shortMoment(expiresAt, now), lengthInWords(Date.parse(expiresAt) - now))}</span>
        {canExtend && (
          <Button kind="quiet" aria-expanded={isOpen} aria-controls={id} onPress={() => setIsOpen(!isOpen)}>
            {said.standing.extend}
          </Button>
        )}
      </div>
      <div id={id} className={styles['chips']} hidden={!isOpen || !canExtend}>
        {offered.map((extension) => (
          <Button
            key={extension}
            onPress={() => {
              setIsOpen(false);
              onExtend(extendedTo(extension, expiresAt, Date.now()));
            }}
          >
            {said.standing.by[extension]}
          </Button>
        ))}
      </div>
    </>
  );
}
