import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { auditChainSchema, auditPageSchema } from '@mood/contract/audit';
import type { z } from 'zod';
import { get } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { useToast } from '../../shell/toasts.tsx';
import { inWords } from '../../time/format.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy-text.ts';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { HeldUntil } from '../../ui/held-until.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { MoodName } from '../../ui/mood-name.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { audit as said } from '../../words/en/audit.ts';
import { words } from '../../words/words.ts';
import { Somebody } from '../somebody.tsx';
import styles from './audit.module.css';

type AuditPage = z.output<typeof auditPageSchema>;
type Entry = AuditPage['entries'][number];
type Chain = z.output<typeof auditChainSchema>;
type Settings = Pick<Entry, 'autoRespond' | 'responseDelay' | 'expiresAt' | 'heldUntil' | 'holdEndedAt'> & { state: Entry['newState'] };

async function readEntry(modelId: string, version: number, sealed: 'shown' | 'hidden', signal?: AbortSignal): Promise<Entry | null> {
  const { entries } = await get<AuditPage>('/admin/mood/audit', { modelId, version, sealed, limit: 1 }, signal);
  return entries[0] ?? null;
}

/** One change: what was before and after, by whom, what is sealed on request, and whether the log is sound. */
export function EntryDialog({ modelId, version, onClose }: { modelId: string; version: number; onClose: () => void }) {
  const { subject } = useSession();
  const key = ['audit', subject, 'entry', modelId, version] as const;
  const entry = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => ({
      after: await readEntry(modelId, version, 'hidden', signal),
      before: version > 1 ? await readEntry(modelId, version - 1, 'hidden', signal) : null,
    }),
  });
  const chain = useQuery({
    queryKey: [...key, 'chain'],
    queryFn: ({ signal }) => get<Chain>('/admin/mood/audit/chain', { modelId }, signal),
  });
  return (
    <Dialog title={said.entry(version)} isOpen isWide onClose={onClose}>
      <Loaded query={entry}>
        {({ after, before }) =>
          after === null ? (
            <StateBox kind="empty" title={said.nothing} />
          ) : (
            <>
              <Facts entry={after} />
              <Change before={before && settingsOf(before)} after={settingsOf(after)} />
              <Sealed key={after.id} entry={after} />
              <section className={styles['part']}>
                <h3>{said.chain}</h3>
                <Loaded query={chain}>{(state) => <ChainState {...state} />}</Loaded>
              </section>
              <DialogActions>
                <CopyEvidence entry={after} before={before} chain={chain.data} />
                <Button kind="first" onPress={onClose}>
                  {words.common.close}
                </Button>
              </DialogActions>
            </>
          )
        }
      </Loaded>
    </Dialog>
  );
}

const settingsOf = ({ newState, autoRespond, responseDelay, expiresAt, heldUntil, holdEndedAt }: Entry): Settings => ({
  state: newState,
  autoRespond,
  responseDelay,
  expiresAt,
  heldUntil,
  holdEndedAt,
});

function Facts({ entry }: { entry: Entry }) {
  return (
    <dl className={styles['facts']}>
      <dt>{said.when}</dt>
      <dd>
        <Instant at={entry.createdAt} />
      </dd>
      <dt>{said.model}</dt>
      <dd>
        <Somebody id={entry.modelId} />
      </dd>
      <dt>{said.by}</dt>
      <dd>
        {said.actor[entry.changedBy]}
        {entry.adminUserId !== null && (
          <>
            {': '}
            <Somebody id={entry.adminUserId} />
          </>
        )}
      </dd>
    </dl>
  );
}

function Change({ before, after }: { before: Settings | null; after: Settings }) {
  const rows = [
    { name: said.mood, show: ({ state }: Settings) => <MoodName state={state} /> },
    {
      name: said.autoRespond,
      show: ({ autoRespond, responseDelay }: Settings) => (autoRespond ? said.afterSeconds(responseDelay) : said.off),
    },
    { name: said.expiresAt, show: ({ expiresAt }: Settings) => (expiresAt === null ? said.never : <Instant at={expiresAt} />) },
    {
      name: said.held,
      show: (settings: Settings) => (settings.heldUntil === null ? said.notHeld : <HeldUntil {...settings} />),
    },
  ];
  return (
    <table className={styles['compare']}>
      <thead>
        <tr>
          <td />
          <th scope="col">{said.before}</th>
          <th scope="col">{said.after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, show }, index) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{before === null ? index === 0 && said.firstChange : show(before)}</td>
            <td>{show(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Opened only when somebody asks, since the look is recorded; read once, and kept as long as the entry is open. */
function Sealed({ entry: { modelId, version } }: { entry: Entry }) {
  const { scopes } = useSession();
  const [isWanted, setIsWanted] = useState(false);
  const opened = useQuery({
    queryKey: ['audit', 'sealed', modelId, version],
    queryFn: ({ signal }) => readEntry(modelId, version, 'shown', signal),
    enabled: isWanted,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  return (
    <section className={styles['part']}>
      <h3>{said.sealed}</h3>
      {!isWanted && (
        <>
          <p>{said.sealedText}</p>
          {scopes.includes('audit:read') ? (
            <Button onPress={() => setIsWanted(true)}>{said.openSealed}</Button>
          ) : (
            <p className={styles['soft']}>{said.notAllowed}</p>
          )}
        </>
      )}
      {isWanted && (
        <Loaded query={opened}>
          {(entry) => {
            if (entry === null || entry.sealed === 'hidden') return <p>{said.notAllowed}</p>;
            if (entry.sealed === 'erased') return <p>{said.erased}</p>;
            return (
              <>
                <Notice kind="info" role="status">
                  {said.opened}
                </Notice>
                <dl className={styles['facts']}>
                  <dt>{said.message}</dt>
                  <dd>{entry.customMessage ?? said.none}</dd>
                  <dt>{said.reason}</dt>
                  <dd>{entry.adminReason ?? said.none}</dd>
                  <dt>{said.address}</dt>
                  <dd>{entry.ipAddress ?? said.none}</dd>
                  <dt>{said.browser}</dt>
                  <dd>{entry.userAgent ?? said.none}</dd>
                </dl>
              </>
            );
          }}
        </Loaded>
      )}
    </section>
  );
}

function ChainState({ model, lastVerification }: Chain) {
  return (
    <>
      {model !== null && (
        <Notice kind={model.problem === null ? 'good' : 'bad'} role="status">
          {model.problem === null ? said.chainWell(model.entries) : said.chainBroken(model.problem)}
        </Notice>
      )}
      <p className={styles['soft']}>
        {said.chainCheck}{' '}
        {lastVerification === null
          ? said.neverVerified
          : said.lastVerification(inWords(lastVerification.verifiedUntil), lastVerification.complete, lastVerification.models)}
      </p>
    </>
  );
}

/** What can be pasted into a complaint's file: the entry, the one before it, and the state of the chain; nothing that is sealed. */
function CopyEvidence({ entry, before, chain }: { entry: Entry; before: Entry | null; chain: Chain | undefined }) {
  const show = useToast();
  async function copy() {
    const text = JSON.stringify(
      { copiedAt: new Date().toISOString(), from: window.location.href, entry, before, chain: chain ?? null },
      null,
      2,
    );
    show((await copyText(text)) ? { text: said.copied } : { text: said.copyFailed, kind: 'bad' });
  }
  return <Button onPress={() => void copy()}>{said.copy}</Button>;
}
