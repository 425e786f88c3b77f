import type { AutoReply, AutoReplyStore, ChosenReply } from '@mood/domain';

async function notAsked(): Promise<never> {
  throw new Error('nothing here asks this of the store');
}

/** A reply that is due and waits for its text. */
export const pendingReply: AutoReply = {
  id: 'reply-1',
  conversationId: 'conversation-1',
  modelId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d',
  userId: '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e',
  status: 'pending',
  remainingMs: 0,
  asOf: new Date('2026-01-02T15:45:00Z'),
  text: null,
};

/** A reply that is being sent. */
export const sendingReply: ChosenReply = { ...pendingReply, status: 'sending', text: 'Back soon' };

/** A store in which nothing may be asked but what a test allows. */
export function createRepliesUnderTest(allowed: Partial<AutoReplyStore>): AutoReplyStore {
  return {
    receive: notAsked,
    answered: notAsked,
    find: notAsked,
    beginSending: notAsked,
    holdOut: notAsked,
    reopen: notAsked,
    reassign: notAsked,
    cancel: notAsked,
    confirmSent: notAsked,
    fail: notAsked,
    ...allowed,
  };
}
