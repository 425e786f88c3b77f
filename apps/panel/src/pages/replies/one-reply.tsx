import type { ownRepliesSchema } from '@mood/contract/own-replies';
import type { z } from 'zod';
import { lengthInWords } from '../../time/format.ts';
import { useNow } from '../../time/use-now.ts';
import { Instant } from '../../ui/instant.tsx';
import { replies as said } from '../../words/en/replies.ts';
import { partsOfTemplate } from './parts-of-template.ts';
import styles from './replies.module.css';

type Reply = z.output<typeof ownRepliesSchema>['replies'][number];

/** To whom, what became of it, and in which words. */
export function OneReply({ reply }: { reply: Reply }) {
  const { userName, userId, status, receivedAt, sentAt, wroteAgain } = reply;
  return (
    <li className={styles['reply']}>
      <div className={styles['head']}>
        <strong className={styles['user']} title={userId}>
          {userName ?? said.unknownUser}
        </strong>
        <span className={styles['soft']}>
          {said.wrote} <Instant at={receivedAt} />
        </span>
        <span className={`${styles['status']} ${styles[status]}`}>{said.status[status]}</span>
        {wroteAgain === true && <span className={`${styles['status']} ${styles['again']}`}>{said.wroteAgain}</span>}
      </div>
      <p className={styles['outcome']}>
        {status === 'sent' && sentAt !== null && (
          <>
            {said.sentAt} <Instant at={sentAt} />
          </>
        )}
        {status === 'scheduled' && <Waiting dueAt={reply.dueAt} />}
        {status === 'cancelled' && reply.reason !== null && said.reasons[reply.reason]}
        {status === 'failed' && said.failed}
      </p>
      {(status === 'sent' || reply.text !== null) && <Words reply={reply} />}
    </li>
  );
}

function Waiting({ dueAt }: { dueAt: string }) {
  const now = useNow(dueAt);
  const left = Date.parse(dueAt) - now;
  return left > 0 ? said.waitingFor(lengthInWords(left)) : said.onItsWay;
}

function Words({ reply: { text, template, userName } }: { reply: Reply }) {
  if (text !== null) return <p className={styles['bubble']}>{text}</p>;
  if (template === null) return <p className={styles['soft']}>{said.builtIn}</p>;
  return (
    <p className={styles['bubble']}>
      {partsOfTemplate(template.content).map((piece, index) =>
        'text' in piece ? (
          piece.text
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- the pieces of a text never change places
          <span key={index} className={styles['variable']}>
            {piece.variable === 'userName' && userName !== null ? userName : nameOf(piece.variable)}
          </span>
        ),
      )}
    </p>
  );
}

const names: Readonly<Record<string, string>> = said.variables;
const nameOf = (variable: string) => names[variable] ?? variable;
