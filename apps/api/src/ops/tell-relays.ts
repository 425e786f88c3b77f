import type { PromiseNews } from '@mood/db';
import type { AutoReplyStore, MoodStore } from '@mood/domain';

/**
 * The same stores, which tell the relays of what they have promised and somebody waits for: without it, a relay that has had nothing to do
 * looks at the outbox two seconds later. The other promises of an API are events for analytics, which can wait for that.
 */
export const tellRelays = {
  ofMoods: (moods: MoodStore, news: PromiseNews): MoodStore => ({
    ...moods,
    async change(...change) {
      const outcome = await moods.change(...change);
      if (outcome.kind === 'changed') news.tell();
      return outcome;
    },
  }),
  ofReplies: (autoReplies: AutoReplyStore, news: PromiseNews): AutoReplyStore => ({
    ...autoReplies,
    async receive(...message) {
      const outcome = await autoReplies.receive(...message);
      if (outcome.kind === 'scheduled') news.tell();
      return outcome;
    },
  }),
};
