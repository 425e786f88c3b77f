import type { Page } from '@mood/testing/browser';

export type Locator = ReturnType<Page['locator']>;

export const isFocused = async (what: Locator): Promise<boolean> => (await what.and(what.page().locator(':focus')).count()) === 1;

/** Goes there as somebody does who has no mouse. */
export async function tabTo(what: Locator): Promise<void> {
  await what.waitFor({ state: 'attached' });
  for (let steps = 0; steps < 40; steps++) {
    if (await isFocused(what)) return;
    await what.page().keyboard.press('Tab');
  }
  throw new Error(`no way by Tab to ${String(what)}`);
}
