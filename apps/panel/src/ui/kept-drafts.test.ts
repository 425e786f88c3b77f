import { beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { forgetDraft, forgetDraftsOfOthers, keepDraft, keptDraft } from './kept-drafts.ts';

const [sophia, elena] = ['a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000002'];
const schema = z.object({ text: z.string() });
const textOf = (owner: string, name = 'mood') => keptDraft(owner, name, schema)?.value.text;

/** As the browser's: entries are properties, methods are not. */
function createStorage() {
  const methods = {
    getItem(this: Record<string, string>, key: string) {
      return Object.hasOwn(this, key) ? this[key] : null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
  };
  return Object.create(methods);
}

const give = (storage: unknown) => Object.defineProperty(globalThis, 'sessionStorage', { value: storage, configurable: true });
beforeEach(() => void give(createStorage()));

describe('a draft', () => {
  test('is found by who wrote it, under its name, until it is forgotten', () => {
    keepDraft(sophia, 'mood', { text: 'Half a sen' });
    expect([textOf(sophia), textOf(elena), textOf(sophia, 'template new')]).toEqual(['Half a sen', undefined, undefined]);
    forgetDraft(sophia, 'mood');
    expect(textOf(sophia)).toBeUndefined();
  });

  test('keeps the time at which it was typed while it is the same', () => {
    keepDraft(sophia, 'mood', { text: 'Half a sen' });
    const [key = ''] = Object.keys(sessionStorage);
    sessionStorage.setItem(key, JSON.stringify({ value: { text: 'Half a sen' }, keptAt: 7 }));
    keepDraft(sophia, 'mood', { text: 'Half a sen' });
    expect(keptDraft(sophia, 'mood', schema)?.keptAt).toBe(7);
    keepDraft(sophia, 'mood', { text: 'Half a sent' });
    expect(keptDraft(sophia, 'mood', schema)?.keptAt).toBeGreaterThan(7);
  });

  test('is removed when somebody else signs in, and with all others when its author signs out', () => {
    sessionStorage.setItem('mood-reloaded-at', '7');
    keepDraft(sophia, 'mood', { text: 'hers' });
    keepDraft(elena, 'mood', { text: 'mine' });
    forgetDraftsOfOthers(elena);
    expect([textOf(sophia), textOf(elena)]).toEqual([undefined, 'mine']);
    forgetDraftsOfOthers(null);
    expect(Object.keys(sessionStorage)).toEqual(['mood-reloaded-at']);
  });

  test('of another form, or that is no JSON, is left out', () => {
    keepDraft(sophia, 'mood', { words: 'of an older build' });
    expect(textOf(sophia)).toBeUndefined();
    const [key = ''] = Object.keys(sessionStorage);
    sessionStorage.setItem(key, '{');
    expect(textOf(sophia)).toBeUndefined();
  });
});

test('without a storage nothing is kept, and nothing breaks', () => {
  give(undefined);
  keepDraft(sophia, 'mood', { text: 'lost' });
  forgetDraftsOfOthers(null);
  expect(textOf(sophia)).toBeUndefined();
});
