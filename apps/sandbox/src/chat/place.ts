/** What the page shows, as its address says: `?user=…&model=…`. */
export interface Place {
  userId: string | undefined;
  modelId: string | undefined;
}

let onChange: (place: Place) => void = () => {};

export function readPlace(): Place {
  const query = new URLSearchParams(location.search);
  return { userId: query.get('user') ?? undefined, modelId: query.get('model') ?? undefined };
}

export function addressOf({ userId, modelId }: Place): string {
  const query = new URLSearchParams();
  if (userId !== undefined) query.set('user', userId);
  if (modelId !== undefined) query.set('model', modelId);
  const text = query.toString();
  return text === '' ? '/' : `/?${text}`;
}

/** Links within the page change its address without loading it anew; Back and Forward work as everywhere. */
export function followPlaces(show: (place: Place) => void): void {
  onChange = show;
  addEventListener('popstate', () => onChange(readPlace()));
  document.addEventListener('click', (event) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!isPlain || link === null || link.origin !== location.origin || link.pathname !== '/' || link.hash !== '') return;
    event.preventDefault();
    if (link.search !== location.search) history.pushState(null, '', link.href);
    onChange(readPlace());
  });
}
