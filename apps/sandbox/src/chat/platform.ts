import type { FaultMode, ServiceName } from '../platform/faults.ts';
import type { Notification } from '../platform/messages.ts';
import type { Person, Tier, User } from '../platform/people.ts';

/** The sandbox has refused. The message is its own. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
}

/** Who is in a conversation. */
export interface Pair {
  userId: string;
  modelId: string;
}

export interface Fault {
  service: ServiceName;
  mode: FaultMode;
  rate: number;
}

/** An event for analytics, whichever it is. */
export type HeardEvent = Record<string, unknown> & { eventId: string; eventType: string; timestamp: string; modelId: string | null };

export interface Listed {
  performers: Person[];
  users: User[];
  totals: { performers: number; users: number };
}

async function call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> {
  const response = await fetch(path, {
    method,
    cache: 'no-store',
    ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new PlatformError(typeof answer.message === 'string' ? answer.message : `It answered ${response.status}.`);
  return answer;
}

/** One conversation for a user and a model, whichever tab it is in. */
export const conversationOf = ({ userId, modelId }: Pair): string => `${userId}:${modelId}`;
const conversationPath = (pair: Pair): string => `/sandbox/conversations/${encodeURIComponent(conversationOf(pair))}`;

/** @param search part of a name, or an id. The first hundred of each kind. */
export const listPeople = (search: string): Promise<Listed> => call('GET', `/sandbox/directory?search=${encodeURIComponent(search)}`);
export const addUser = (displayName: string, tier: Tier): Promise<{ ids: string[] }> =>
  call('POST', '/sandbox/users', { displayName, tier });
export const addPerformer = (displayName: string): Promise<{ ids: string[] }> => call('POST', '/sandbox/performers', { displayName });
export const changeTier = (userId: string, tier: Tier): Promise<User> => call('PUT', `/sandbox/users/${userId}`, { tier });

export const enter = (pair: Pair): Promise<unknown> => call('POST', `${conversationPath(pair)}/greetings`, pair);
export const leave = (pair: Pair): Promise<unknown> => call('POST', `${conversationPath(pair)}/farewells`, pair);
export const write = (pair: Pair, text: string): Promise<unknown> =>
  call('POST', `${conversationPath(pair)}/messages`, { ...pair, text, over: 'rest' });
export const tip = (pair: Pair, amount: number): Promise<unknown> => call('POST', `${conversationPath(pair)}/tips`, { ...pair, amount });
export const answerAsModel = (pair: Pair, text: string): Promise<unknown> =>
  call('POST', `${conversationPath(pair)}/answers`, { ...pair, text, over: 'rest' });

export const listFaults = async (): Promise<Fault[]> => (await call<{ faults: Fault[] }>('GET', '/sandbox/faults')).faults;
export const setFault = (service: ServiceName, mode: FaultMode): Promise<Fault> => call('PUT', `/sandbox/faults/${service}`, { mode });
export const listEvents = async (limit: number): Promise<HeardEvent[]> =>
  (await call<{ events: HeardEvent[] }>('GET', `/sandbox/events?limit=${limit}`)).events;
export const listNotices = async (limit: number): Promise<Notification[]> =>
  (await call<{ notifications: Notification[] }>('GET', `/sandbox/notifications?limit=${limit}`)).notifications;

/** An access token of the user, as the platform's own page would have one. */
export const tokenOf = async (userId: string): Promise<string> =>
  (await call<{ access_token: string }>('POST', '/oauth/token', { role: 'user', subject: userId })).access_token;
