import { useEffect } from 'react';

const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"], [contenteditable="true"]';

const isShown = (one: Element) => one.isConnected && one.getClientRects().length > 0;

/** From the element outwards. */
function wayOut(from: Element): Element[] {
  const way: Element[] = [];
  for (let one: Element | null = from; one !== null && one !== document.body; one = one.parentElement) way.push(one);
  return way;
}

const main = () => document.querySelector<HTMLElement>('main');

/** What is nearest to a place that is gone, within the part of the page that it was in; null: nothing is left of that. */
function nearest([, ...around]: readonly Element[]): HTMLElement | null {
  for (const one of around) {
    if (!isShown(one)) continue;
    if (one !== main() && one.contains(main())) return null;
    const next = [...one.querySelectorAll<HTMLElement>(focusable)].find(isShown);
    if (next !== undefined) return next;
    if (one.matches('main, [role="dialog"]')) break;
  }
  return null;
}

/** What a part that it was in has named to go on with: the nearest that fits the selector in `data-goes-on`; null: none has, or it is not there. */
function named(way: readonly Element[]): HTMLElement | null {
  for (const [place, one] of way.entries()) {
    const selector = one instanceof HTMLElement ? one.dataset['goesOn'] : undefined;
    if (selector === undefined) continue;
    for (const around of way.slice(place + 1)) {
      if (around !== main() && around.contains(main())) break;
      const next = isShown(around) ? [...around.querySelectorAll(selector)].find(canFocus) : undefined;
      if (next instanceof HTMLElement) return next;
    }
  }
  return null;
}

const canFocus = (one: Element | undefined): one is HTMLElement => one instanceof HTMLElement && isShown(one) && !one.matches(':disabled');

/**
 * When what has the focus is taken out of the page, hidden or disabled, the browser lets the focus fall to the body, and whoever uses a keyboard
 * or a screen reader starts at the top again. This puts it on what the part has named to go on with, else on what is nearest to the place, or,
 * from a toast that has gone, back to where it was before. Who takes the focus away by a click keeps it away.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let way: readonly Element[] = [];
    /** The way of what last had it on the page itself. */
    let onPage: readonly Element[] = [];
    let frame = 0;
    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      way = wayOut(target);
      if (target.closest('main') !== null) onPage = way;
    };
    const mend = () => {
      const [last] = way;
      if (last === undefined || (document.activeElement ?? document.body) !== document.body) return;
      if (canFocus(last)) return;
      const [before] = onPage;
      const next = named(way) ?? nearest(way) ?? (canFocus(before) ? before : nearest(onPage)) ?? main();
      next?.focus({ preventScroll: true });
    };
    // The browser takes the focus away when it draws, and what was taken out may come back in the same moment.
    const look = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => (frame = requestAnimationFrame(mend)));
    };
    const changes = new MutationObserver(look);
    changes.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['hidden', 'disabled'] });
    document.addEventListener('focusin', note);
    return () => {
      cancelAnimationFrame(frame);
      changes.disconnect();
      document.removeEventListener('focusin', note);
    };
  }, []);
}
