import { expect, test } from '@jest/globals';
import { DependencyUnavailable } from '../errors.ts';
import type { LoggedReply, ReplyLog } from './read-replies.ts';
import { readReplies } from './read-replies.ts';

const reply = (userId: string): LoggedReply => ({
  id: `to ${userId}`,
  conversationId: 'c',
  userId,
  status: 'sent',
  reason: null,
  receivedAt: new Date(0),
  dueAt: new Date(0),
  sentAt: new Date(0),
  text: null,
  template: null,
  wroteAgain: false,
});
const logOf = (...userIds: string[]): ReplyLog => ({ page: async () => ({ replies: userIds.map(reply), nextCursor: 'next' }) });
const namesIn = (page: Awaited<ReturnType<typeof readReplies>>) => page.replies.map(({ userName }) => userName);

test('each user is asked about once, and their name made inert', async () => {
  const asked: string[] = [];
  const users = {
    async findUser(id: string) {
      asked.push(id);
      return id === 'gone' ? null : { id, displayName: id === 'blank' ? ' ' : `<b>${id}</b>`, tier: null, locale: null };
    },
  };
  const page = await readReplies({ replyLog: logOf('ann', 'gone', 'ann', 'blank'), users }, 'model', { limit: 4, cursor: null });
  expect([namesIn(page), page.nextCursor, asked.toSorted()]).toEqual([['ann', null, 'ann', null], 'next', ['ann', 'blank', 'gone']]);
});

test('a User Service that is away is asked about few, and costs only the names', async () => {
  let asked = 0;
  const users = {
    async findUser(): Promise<null> {
      asked += 1;
      throw new DependencyUnavailable('user service');
    },
  };
  const ids = Array.from({ length: 100 }, (_, n) => `user ${n}`);
  const page = await readReplies({ replyLog: logOf(...ids), users }, 'model', { limit: 100, cursor: null });
  expect(namesIn(page)).toEqual(ids.map(() => null));
  expect(asked).toBeLessThanOrEqual(8);
});

test('a fault of the lookup that is no outage is not hidden', async () => {
  const users = { findUser: () => Promise.reject(new Error('a bug')) };
  await expect(readReplies({ replyLog: logOf('ann'), users }, 'model', { limit: 1, cursor: null })).rejects.toThrow('a bug');
});
