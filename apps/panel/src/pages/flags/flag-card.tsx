import { Button } from '../../ui/button.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Tag } from '../../ui/tag.tsx';
import { flags as words } from '../../words/en/flags.ts';
import { Changer } from './changer.tsx';
import { FlagHistory } from './flag-history.tsx';
import { ruleInWords } from './flag-rule.ts';
import type { Flag } from './flag-rule.ts';
import styles from './flags.module.css';

const kinds = { on: 'good', off: 'bad', partial: 'warn' } as const;

/** A flag: what it switches, for whom it is on, who set it and why. */
export function FlagCard({
  flag,
  mayChange,
  isOpen,
  onToggle,
  onChange,
}: {
  flag: Flag;
  mayChange: boolean;
  isOpen: boolean;
  onToggle: () => void;
  onChange: () => void;
}) {
  const { key, state, description, owner, endsOn, changedAt, changedBy, reason } = flag;
  const name = words.name(key);
  const isPast = endsOn < new Date().toISOString().slice(0, 10);
  return (
    <li className={styles['flag']} data-flag={key}>
      <div className={styles['head']}>
        <h3>{name}</h3>
        <Tag kind={kinds[state]}>{words.states[state]}</Tag>
        <span className={styles['actions']}>
          <Button
            kind="quiet"
            aria-expanded={isOpen}
            aria-label={isOpen ? words.hideHistoryOf(name) : words.historyOf(name)}
            onPress={onToggle}
          >
            {isOpen ? words.hideHistory : words.history}
          </Button>
          {mayChange && (
            <Button aria-label={words.changeOf(name)} onPress={onChange}>
              {words.change}
            </Button>
          )}
        </span>
      </div>
      <p>{words.about(key, description)}</p>
      <p>
        <strong>{ruleInWords(flag)}</strong>{' '}
        <span className={styles['soft']}>
          {changedAt === null ? (
            words.never
          ) : (
            <>
              {words.changed} <Changer by={changedBy} reason={reason} /> <Instant at={changedAt} />
              {reason !== null && <>: “{reason}”</>}
            </>
          )}
        </span>
      </p>
      <p className={styles['soft']}>
        {words.owner(owner)} <Instant at={`${endsOn}T00:00:00Z`} form="day" timeZone="UTC" />.{isPast && ` ${words.past}`} {words.keyOf}{' '}
        <code>{key}</code>
      </p>
      {isOpen && <FlagHistory flag={flag} />}
    </li>
  );
}
