const key = 'mood-reloaded-at';
const againAfterMs = 10_000;

/**
 * A page that was opened before a new build asks for files that are gone, or that another replica does not have: then it is loaded anew, once.
 */
export function reloadForNewBuild(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(key));
    if (Date.now() - last < againAfterMs) return;
    event.preventDefault();
    sessionStorage.setItem(key, String(Date.now()));
    window.location.reload();
  });
}
