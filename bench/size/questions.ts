import { randomUUID } from 'node:crypto';
import { Client } from 'undici';
import { inBatches } from '@mood/testing/in-batches';
import { warmMoods } from '../support/warm-moods.ts';
import { costOf, inTurns } from './in-turns.ts';
import type { Cost } from './in-turns.ts';
import type { Leftovers, Side, Sides } from './sides.ts';
import { forBoth } from './sides.ts';

interface Request {
  method?: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

interface Question {
  what: string;
  /** The next request of it to a system. */
  of: (caller: Caller) => Request;
  /** In the place of a bound of the ratio: what cannot but grow with what it counts. */
  goal?: string;
  /** Takes long, or more than its share of the processor: not as often. */
  times?: number;
}

/** Who asks a system. */
interface Caller {
  side: Side;
  http: Client;
  /** A model, another one each time. */
  model: () => string;
  as: Record<'user' | 'service' | 'reporter' | 'admin', Record<string, string>>;
  /** One of the models that change their moods, in turns. */
  changer: () => Record<string, string>;
  /** Rises with each call. */
  turn: () => number;
}

/** Each may change its mood 50 times an hour. */
const changers = 200;
const json = { 'content-type': 'application/json' };
const oftenTimes = 400;
const seldomTimes = 40;

const audit = (query: (caller: Caller) => string) => (caller: Caller) => ({
  path: `/api/v1/admin/mood/audit?limit=50&${query(caller)}`,
  headers: caller.as.admin,
});
const analytics = (query: string) => (caller: Caller) => ({ path: `/api/v1/admin/mood/analytics/${query}`, headers: caller.as.admin });

const questions: readonly Question[] = [
  { what: 'GET mood', of: ({ model, as }) => ({ path: `/api/v1/mood/${model()}`, headers: as.user }) },
  {
    what: 'moods, a page of 100',
    of: ({ model, as }) => ({ path: `/api/v1/moods?modelIds=${Array.from({ length: 100 }, model).join()}`, headers: as.user }),
  },
  {
    what: 'POST update',
    of: ({ changer, turn }) => ({
      method: 'POST',
      path: '/api/v1/mood/update',
      headers: { ...changer(), ...json },
      body: JSON.stringify({
        moodState: ['positive', 'negative', 'neutral'][turn() % 3],
        customMessage: 'Feeling great today!',
        autoRespond: true,
        responseDelay: 30,
      }),
    }),
  },
  { what: 'history, first page', of: ({ model, as }) => ({ path: `/api/v1/mood/${model()}/history`, headers: as.user }) },
  {
    what: 'history, after 900 changes',
    of: ({ side, turn, as }) => ({
      path: `/api/v1/mood/${side.data.longHistories[turn() % side.data.longHistories.length] ?? ''}/history?offset=900`,
      headers: as.user,
    }),
  },
  {
    what: 'choosing a template',
    of: ({ model, as }) => ({ path: `/api/v1/mood/template?modelId=${model()}&templateType=greeting&userTier=gold`, headers: as.user }),
  },
  {
    what: 'rendering a message',
    of: ({ model, as }) => ({
      method: 'POST',
      path: '/api/v1/mood/template/render',
      headers: { ...as.service, ...json },
      body: JSON.stringify({ modelId: model(), templateType: 'greeting', userTier: 'gold', variables: { userName: 'John' } }),
    }),
  },
  {
    what: 'reporting a message',
    of: ({ model, as }) => ({
      method: 'POST',
      path: '/api/v1/auto-replies',
      headers: { ...as.reporter, ...json },
      body: JSON.stringify({
        messageId: randomUUID(),
        conversationId: randomUUID(),
        modelId: model(),
        userId: randomUUID(),
        receivedAt: new Date().toISOString(),
        senderType: 'user',
        automated: false,
      }),
    }),
  },
  { what: 'audit, newest', of: audit(() => '') },
  { what: 'audit, of a model', of: audit(({ model }) => `modelId=${model()}`) },
  { what: 'audit, by administrators', of: audit(() => 'changedBy=admin') },
  { what: 'audit, to negative', of: audit(() => 'state=negative') },
  { what: 'audit, of one administrator', of: audit(({ side }) => `admin=${side.data.administrator}`) },
  { what: 'audit, of one administrator to negative', of: audit(({ side }) => `admin=${side.data.administrator}&state=negative`) },
  { what: 'audit, by the system to positive (none)', of: audit(() => 'changedBy=system&state=positive') },
  {
    what: 'audit, export of the newest 1,000',
    times: seldomTimes,
    of: ({ side, as }) => ({
      path: `/api/v1/admin/mood/audit/export?format=csv&from=${side.data.recentSince.toISOString()}`,
      headers: as.admin,
    }),
  },
  { what: 'list of templates', of: ({ as }) => ({ path: '/api/v1/admin/mood/templates?limit=20', headers: as.admin }) },
  {
    what: 'list of templates, of greetings',
    of: ({ as }) => ({ path: '/api/v1/admin/mood/templates?limit=5&templateType=greeting', headers: as.admin }),
  },
  { what: 'list of moods', of: ({ as }) => ({ path: '/api/v1/admin/mood/models?limit=50', headers: as.admin }) },
  {
    what: 'list of moods, overrides to negative',
    of: ({ as }) => ({ path: '/api/v1/admin/mood/models?limit=50&moodState=negative&changedBy=admin', headers: as.admin }),
  },
  {
    what: 'analytics, summary of 30 days',
    times: seldomTimes,
    goal: 'counts more: ≤ 300 ms at 3,000,000 changes',
    of: analytics('summary?timeZone=America/New_York'),
  },
  {
    what: 'analytics, series of 30 days by state',
    times: seldomTimes,
    of: analytics('series?metric=changes&groupBy=state'),
  },
  {
    what: 'analytics, ten models with most changes',
    times: seldomTimes,
    goal: 'counts more: ≤ 200 ms at 3,000,000 changes',
    of: analytics('top?metric=changes&limit=10'),
  },
];

/** Asks the API of both systems everything that somebody waits for. @param store where the queues are. */
export async function askBoth(
  sides: Sides<Side>,
  store: string,
  leftovers: Leftovers,
  { say, seconds }: { say: (line: string) => void; seconds: number },
): Promise<Cost[]> {
  const callers = await forBoth(sides, (side) => createCaller(side, leftovers));
  const costs: Cost[] = [];
  const note = (cost: Cost) => {
    say(`${cost.what}: ${cost.figure.value}`);
    costs.push(cost);
  };
  for (const { what, of, goal, times = oftenTimes } of questions) {
    const ask = (caller: Caller) => () => send(caller, of(caller));
    const once = { small: ask(callers.small), large: ask(callers.large) };
    note(costOf(`${what}, ${store}`, await inTurns(once, { times, seconds }), goal === undefined ? {} : { goal }));
  }
  const open = (caller: Caller) => () => openStream(caller);
  const opened = await inTurns({ small: open(callers.small), large: open(callers.large) }, { times: seldomTimes, seconds });
  note(costOf(`a stream of 100 moods, until the first, ${store}`, opened));
  return costs;
}

async function createCaller(side: Side, leftovers: Leftovers): Promise<Caller> {
  const { platform, apiUrl } = side.system;
  const token = async (...args: Parameters<typeof platform.token>) => ({ authorization: `Bearer ${await platform.token(...args)}` });
  const lasting = { expiresIn: 7_200 };
  const as = {
    user: await token('user', undefined, lasting),
    service: await token('service', undefined, { ...lasting, scope: 'mood:render' }),
    reporter: await token('service', undefined, { ...lasting, scope: 'auto-replies:write' }),
    admin: await token('admin', undefined, lasting),
  };
  const { models } = side.data;
  const tokens = await inBatches(models.slice(0, changers), 50, (model) => token('model', model, lasting));
  await warmMoods(side.system, as.user);
  const http = new Client(apiUrl);
  leftovers.push(() => http.destroy());
  let [at, change, turn] = [0, 0, 0];
  const caller: Caller = {
    side,
    http,
    as,
    model: () => models[(at += 7_919) % models.length] ?? '',
    changer: () => tokens[(change += 1) % tokens.length] ?? {},
    turn: () => (turn += 1),
  };
  // The first change of a model makes its key for the audit log.
  const update = questions.find(({ what }) => what === 'POST update');
  if (update === undefined) throw new Error('nobody asks for an update');
  for (let changed = 0; changed < changers; changed += 1) await send(caller, update.of(caller));
  return caller;
}

async function send({ http }: Caller, { method = 'GET', path, headers, body }: Request): Promise<void> {
  const answer = await http.request({ method, path, headers, ...(body !== undefined && { body }) });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
}

/** Opens a stream, and closes it when all moods have come. @returns the milliseconds in between. */
async function openStream({ side, model, as }: Caller): Promise<number> {
  const closed = new AbortController();
  const path = `/api/v1/moods/stream?modelIds=${Array.from({ length: 100 }, model).join()}`;
  const began = performance.now();
  const answer = await fetch(side.system.apiUrl + path, { headers: as.user, signal: closed.signal });
  if (!answer.ok || answer.body === null) throw new Error(`a stream answered ${answer.status}: ${await answer.text()}`);
  let text = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (/event: snapshot\n[^]*\n\n/.test(text)) break;
  }
  const took = performance.now() - began;
  closed.abort();
  return took;
}
