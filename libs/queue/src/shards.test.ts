import { expect, test } from '@jest/globals';
import { queueNames } from './catalog.ts';
import { mostShards, shardFor, shardNames, shardsBeyond, shardsOf } from './shards.ts';

test('only the jobs of auto-reply are spread, and its first shard has its name', () => {
  expect(queueNames.map((queue) => shardsOf(queue, 3).length)).toEqual([3, 1, 1, 1]);
  expect(shardsOf('auto-reply', 3)).toEqual(['auto-reply', 'auto-reply-1', 'auto-reply-2']);
  expect(shardsBeyond('auto-reply', mostShards - 1)).toEqual([`auto-reply-${mostShards - 1}`]);
  expect(queueNames.flatMap((queue) => shardsBeyond(queue, mostShards))).toEqual([]);
  expect(new Set(shardNames).size).toBe(queueNames.length - 1 + mostShards);
});

test('what a conversation is told of goes to the shard that every release takes', () => {
  expect(['c-1', 'c-2', 'c-3', 'c-4', ''].map((key) => shardFor(shardsOf('auto-reply', 4), key))).toEqual([
    'auto-reply-3',
    'auto-reply-3',
    'auto-reply',
    'auto-reply-2',
    'auto-reply-2',
  ]);
  expect(shardFor(shardsOf('analytics', 4), 'c-1')).toBe('analytics');
});

test('conversations are spread evenly', () => {
  const shards = shardsOf('auto-reply', 5);
  const found = Map.groupBy(
    Array.from({ length: 5_000 }, (_, n) => shardFor(shards, `conversation-${n}`)),
    (shard) => shard,
  );
  expect([...found.keys()].toSorted()).toEqual(shards.toSorted());
  for (const { length } of found.values()) expect(Math.abs(length - 1_000)).toBeLessThan(150);
});
