import { describe, expect, test } from '@jest/globals';
import { linksOf, pagesOf } from './pages.ts';

const paths = (role: 'model' | 'admin', hiddenPages: string[] = []) => pagesOf({ role, hiddenPages }).map(({ path }) => path);

describe('the pages of somebody', () => {
  test('are those of the role, and begin with the start page', () => {
    expect(paths('model')).toEqual(['/', '/replies', '/history', '/terms']);
    expect(paths('admin')[0]).toBe('/');
    expect(paths('admin')).not.toContain('/replies');
    expect(linksOf({ role: 'admin', hiddenPages: [] }).map(({ name }) => name)).toEqual(['queues']);
  });

  test('are without those that a flag switches off, and what belongs to them', () => {
    expect(paths('model', ['replies'])).toEqual(['/', '/history', '/terms']);
    expect(paths('admin', ['templates', 'models']).filter((path) => /templates|models/.test(path))).toEqual([]);
    expect(paths('admin', ['overview'])[0]).toBe('/models');
    expect(linksOf({ role: 'admin', hiddenPages: ['queues'] })).toEqual([]);
  });
});
