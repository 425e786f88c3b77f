import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPanelClient } from '@mood/testing/panel-client';
import type { PanelClient } from '@mood/testing/panel-client';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

let stack: Stack;
let model: Model;
beforeAll(async () => {
  stack = await startStack();
  model = await stack.createModel();
});
afterAll(() => stack.stop());

const newBrowser = () => createPanelClient(stack.api.url);
const who = async (browser: PanelClient) => {
  const answer = await browser.call('GET', '/panel/api/session');
  return answer.status === 200 ? JSON.parse(await answer.text()) : answer.status;
};

describe('signing in', () => {
  test('leads through the platform to the panel, and gives a cookie that no script and no other site can use', async () => {
    const browser = newBrowser();
    expect(await who(browser)).toBeNull();
    const answer = await browser.signIn(model.id, '/panel/history?limit=5');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/panel/history?limit=5']);
    const line = answer.headers.getSetCookie().find((one) => one.startsWith('mood=')) ?? '';
    const [pair = '', ...attributes] = line.split('; ');
    expect(pair.length).toBeLessThan(2_500);
    expect(attributes.toSorted()).toEqual(['HttpOnly', expect.stringMatching(/^Max-Age=28[78]\d\d$/), 'Path=/', 'SameSite=Lax']);
    expect(browser.jar.get('mood_sign_in')).toBeUndefined();
    const { expiresAt, ...session } = await who(browser);
    expect(session).toEqual({ subject: model.id, name: expect.any(String), role: 'model', scopes: [] });
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(7.9 * 3_600_000);
  });
});
