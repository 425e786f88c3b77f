import type { RedisTarget } from '@mood/redis';

/** Where a mood has its place: its entry, and the mark of the epoch on the same server. */
export interface MoodKeys {
  entry: string;
  mark: string;
}

export interface MoodLayout {
  /** Who has other keys does not use the same cache. Part of what the lease knows the servers by. */
  readonly name: string;
  /** The marks of an epoch: one on every server that may hold moods. */
  marks(epoch: string): string[];
  keysOf(epoch: string, modelId: string): MoodKeys;
}

/** What stands in braces says where in a cluster an entry is. On one server it is what the model's id ends with. */
const byte = Array.from({ length: 256 }, (_, tag) => tag.toString(16).padStart(2, '0'));

/**
 * The buckets of a cluster. Each name lies in the middle of a twelfth of the slots, in this order, so that two, three, four or six masters have
 * as many each. A page of moods is read by one command for each bucket: more of them would cost more than they spread.
 */
const buckets = [31, 120, 62, 30, 121, 63, 33, 59, 60, 32, 127, 61].map((nth) => `moods-${nth}`);

/** @param prefix what the keys begin with. Braces in it would put all moods on one node. */
export function moodLayout({ kind, db }: RedisTarget, prefix: string): MoodLayout {
  const isCluster = kind === 'cluster';
  const tags = isCluster ? buckets : byte;
  const stem = prefix.replaceAll(/[{}]/g, '');
  const markOf = (epoch: string, tag: string) => `${stem}:state:${epoch}:{${tag}}`;
  const tagOf = (modelId: string) => {
    const end = modelId.slice(-2).toLowerCase();
    return isCluster ? (buckets[Number.parseInt(end, 16) % buckets.length] ?? '') : end;
  };
  return {
    // A process of a release that had 256 places in a cluster, too, and one that has buckets must never share an epoch.
    name: `${db}:${stem}${isCluster ? `/${buckets.length}` : ''}`,
    marks: (epoch) => tags.map((tag) => markOf(epoch, tag)),
    keysOf(epoch, modelId) {
      const mark = markOf(epoch, tagOf(modelId));
      return { mark, entry: `${mark}:${modelId}` };
    },
  };
}
