import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { ApiError, whenSessionEnds } from '../api/api.ts';
import { forgetDraftsOfOthers } from '../ui/kept-drafts.ts';
import { visit } from './visit.ts';
import type { Session } from './visit.ts';

interface SessionState {
  session: Session | null;
  /** Whether it ended while pages were open: they stay, under a dialog. */
  hasEnded: boolean;
  isLoading: boolean;
  error: Error | null;
  retry: () => void;
  signOut: () => Promise<void>;
}

const SessionContext = createContext<SessionState | undefined>(undefined);
const channelName = 'mood-session';
const sessionKey = ['session'] as const;

async function readSession(): Promise<Session | null> {
  const answer = await fetch('/panel/api/session', { headers: { accept: 'application/json' } }).catch(() => undefined);
  if (answer === undefined) throw new ApiError(0, 'OFFLINE', 'The mood system cannot be reached. Are you online?');
  if (!answer.ok) throw new ApiError(answer.status, 'SYSTEM_ERROR', 'The mood system could not say who is signed in.');
  const session: Session | null = JSON.parse(await answer.text());
  return session;
}

/** Tells the other tabs that somebody has signed in or out. */
export function tellOtherTabs(what: 'signed-in' | 'signed-out'): void {
  const channel = new BroadcastChannel(channelName);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel reaches pages of this origin alone
  channel.postMessage(what);
  channel.close();
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { data, isPending, error, refetch } = useQuery({
    queryKey: sessionKey,
    queryFn: readSession,
    staleTime: 60_000,
    initialData: visit?.session,
  });
  /** Whose pages these are. They stay when the session ends, and are shown to nobody else. */
  const [known, setKnown] = useState<Session | null>(null);
  const isSomebodyElse = data != null && known !== null && data.subject !== known.subject;
  if (data != null && data !== known && !isSomebodyElse) setKnown(data);

  const owner = known?.subject;
  useEffect(() => {
    if (owner !== undefined) forgetDraftsOfOthers(owner);
  }, [owner]);

  useEffect(() => {
    if (isSomebodyElse) window.location.reload();
  }, [isSomebodyElse]);

  useEffect(() => {
    const end = () => void client.setQueryData(sessionKey, null);
    const renew = async () => {
      const { data: current } = await refetch();
      if (current) await client.refetchQueries({ predicate: ({ state }) => state.status === 'error' });
    };
    whenSessionEnds(end);
    const channel = new BroadcastChannel(channelName);
    // What is typed here stays, under the dialog: whoever signs in again goes on.
    channel.addEventListener('message', ({ data: what }) => (what === 'signed-out' ? end() : void renew()));
    const onFocus = () => {
      if (client.getQueryData(sessionKey) === null) void renew();
    };
    window.addEventListener('focus', onFocus);
    return () => {
      channel.close();
      window.removeEventListener('focus', onFocus);
    };
  }, [client, refetch]);

  async function signOut() {
    await fetch('/panel/sign-out', { method: 'POST' }).catch(() => undefined);
    tellOtherTabs('signed-out');
    forgetDraftsOfOthers(null);
    window.location.assign('/panel/');
  }

  const hasEnded = known !== null && (data === null || isSomebodyElse);
  const value = { session: known, hasEnded, isLoading: isPending, error, retry: () => void refetch(), signOut };
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSessionState(): SessionState {
  const state = use(SessionContext);
  if (state === undefined) throw new Error('There is no SessionProvider above.');
  return state;
}

/** Who is signed in. Only for pages: the shell shows them to nobody else. */
export function useSession(): Session {
  const { session } = useSessionState();
  if (session === null) throw new Error('Nobody is signed in.');
  return session;
}
