import type { alertSchema } from '@mood/contract/alerts';
import type { z } from 'zod';
import { Button } from '../../ui/button.tsx';
import { Instant } from '../../ui/instant.tsx';
import listStyles from '../../ui/list.module.css';
import type { Column } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { alerts as words } from '../../words/en/alerts.ts';
import { Somebody } from '../somebody.tsx';

export type Alert = z.output<typeof alertSchema>;

const kinds = { open: 'warn', acknowledged: 'good', closed: undefined } as const;

/** A row for each alert. */
export const alertColumns = (mayAcknowledge: boolean, onAcknowledge: (alert: Alert) => void): readonly Column<Alert>[] => [
  { key: 'rule', title: words.columns.rule, cell: ({ rule }) => <strong>{words.rules[rule]}</strong> },
  {
    key: 'model',
    title: words.columns.model,
    cell: ({ modelId }) => <Somebody id={modelId} to={`/models/${modelId}`} />,
  },
  { key: 'count', title: words.columns.count, cell: ({ count, threshold }) => words.count(count, threshold) },
  { key: 'peak', title: words.columns.peak, isNumber: true, cell: ({ peak }) => peak },
  {
    key: 'opened',
    title: words.columns.opened,
    cell: ({ openedAt, lastSeenAt, closedAt }) => (
      <div>
        <Instant at={openedAt} />
        <span className={listStyles['note']}>
          {closedAt === null ? words.lastSeen : words.closedAt} <Instant at={closedAt ?? lastSeenAt} />
        </span>
      </div>
    ),
  },
  {
    key: 'state',
    title: words.columns.state,
    cell: ({ status, acknowledgedAt, acknowledgedBy, note }) => (
      <div>
        <Tag kind={kinds[status]}>{words.statuses[status]}</Tag>
        {acknowledgedAt !== null && (
          <span className={listStyles['note']}>
            {note === null ? '' : `“${note}” `}
            {words.by} {acknowledgedBy !== null && <Somebody id={acknowledgedBy} />} <Instant at={acknowledgedAt} />
          </span>
        )}
      </div>
    ),
  },
  {
    key: 'action',
    title: words.columns.action,
    cell: (alert) =>
      mayAcknowledge && alert.acknowledgedAt === null ? (
        <Button
          aria-label={words.acknowledgeOf(words.rules[alert.rule], alert.modelId)}
          onPress={() => {
            onAcknowledge(alert);
          }}
        >
          {words.acknowledge}
        </Button>
      ) : null,
  },
];
