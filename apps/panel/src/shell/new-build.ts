import { whenReachable } from './reachable.ts';

const key = 'mood-reloaded-at';
const againAfterMs = 10_000;

async function reloadWhenReachable(): Promise<void> {
  await whenReachable();
  sessionStorage.setItem(key, String(Date.now()));
  window.location.reload();
}

/**
 * A page that was opened before a new build asks for files that are gone, or that another replica does not have: then it is loaded anew, once.
 */
export function reloadForNewBuild(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(key));
    if (Date.now() - last < againAfterMs) return;
    event.preventDefault();
    // While the API is away a reload would leave nothing but the browser's own word on it.
    void reloadWhenReachable();
  });
}
