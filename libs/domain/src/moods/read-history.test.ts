import { describe, expect, test } from '@jest/globals';
import type { SealedAccess, SealedReader } from '../audit/sealed-access.ts';
import { neverSetMood } from './mood.ts';
import type { HistoryPage, MoodStore } from './ports.ts';
import { readHistory } from './read-history.ts';

const modelId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
const adminUserId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e';
const range = { limit: 10, offset: 5 };
const page: HistoryPage = { history: [], total: 7, next: null };

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this');
}

/** @param exists whether the performer is known here, or at least to the Performer Service. */
function setUp(total: number, exists: 'here' | 'there' | 'nowhere') {
  const calls: unknown[] = [];
  const accesses: SealedAccess[] = [];
  const moods: MoodStore = {
    find: async () => (exists === 'here' ? neverSetMood(modelId, new Date()) : null),
    findMany: notAsked,
    change: notAsked,
    expire: notAsked,
    async history(of, asked, access) {
      calls.push(['history', of, asked]);
      accesses.push(access);
      return { ...page, total };
    },
  };
  return {
    calls,
    accesses,
    deps: {
      moods,
      moodHistory: moods,
      auditLog: { recordAccess: async (access: unknown) => void calls.push(['recorded', access]) },
      performers: { findPerformer: async () => (exists === 'nowhere' ? null : { id: modelId, displayName: 'Sophia' }) },
      registry: { register: async (ids: readonly string[]) => void calls.push(['registered', ids]) },
    },
  };
}

const readerOf = (role: SealedReader['role'], subject: string, ...scopes: string[]): SealedReader => ({
  role,
  subject,
  scopes: new Set(scopes),
});

describe('the history of a mood', () => {
  test.each<[SealedReader, unknown]>([
    [readerOf('user', modelId), { kind: 'nobody' }],
    [readerOf('service', 'message-service'), { kind: 'nobody' }],
    [readerOf('admin', adminUserId, 'mood:override'), { kind: 'nobody' }],
    [readerOf('model', modelId), { kind: 'owner', modelId }],
    // Of herself only: the rows are another model's.
    [readerOf('model', adminUserId), { kind: 'owner', modelId: adminUserId }],
  ])('is read by %j with no more than it may open, unrecorded', async (reader, access) => {
    const { deps, calls, accesses } = setUp(7, 'nowhere');
    expect(await readHistory(deps, reader, modelId, range)).toEqual(page);
    expect([calls, accesses]).toEqual([[['history', modelId, range]], [access]]);
  });

  test('is opened to an auditor once that is in the record', async () => {
    const { deps, calls, accesses } = setUp(7, 'nowhere');
    await readHistory(deps, readerOf('admin', adminUserId, 'audit:read'), modelId, range);
    expect(calls).toEqual([
      ['recorded', { kind: 'read', filter: { modelId }, adminUserId }],
      ['history', modelId, range],
    ]);
    expect(accesses).toMatchObject([{ kind: 'auditor', adminUserId }]);
  });

  test.each<['here' | 'there', unknown[]]>([
    ['here', []],
    ['there', [['registered', [modelId]]]],
  ])('without transitions is empty for a performer who is known %s', async (exists, registered) => {
    const { deps, calls } = setUp(0, exists);
    expect(await readHistory(deps, readerOf('user', adminUserId), modelId, range)).toEqual({ ...page, total: 0 });
    expect(calls.slice(1)).toEqual(registered);
  });

  test('is none for a performer whom nobody knows', async () => {
    const { deps } = setUp(0, 'nowhere');
    await expect(readHistory(deps, readerOf('user', adminUserId), modelId, range)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});
