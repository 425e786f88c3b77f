import { useEffect, useState } from 'react';

/** Names of the theme's colours. */
export type Colour = 'accent' | 'positive' | 'neutral' | 'negative' | 'good' | 'warn' | 'line' | 'text-soft' | 'surface';

/** What a colour of the theme is just now, where a canvas needs it: custom properties keep `light-dark()` as it is written. */
export function readColours<Name extends string>(host: HTMLElement, names: readonly Name[]): ReadonlyMap<Name, string> {
  const probe = document.createElement('span');
  host.append(probe);
  const found = names.map((name): [Name, string] => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return new Map(found);
}

/** Counts the changes of the theme: what is drawn with colours that were read is drawn again. Paper is light. */
export function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print'].map((query) => window.matchMedia(query));
    const onChange = () => setChanges((count) => count + 1);
    for (const query of queries) query.addEventListener('change', onChange);
    return () => {
      for (const query of queries) query.removeEventListener('change', onChange);
    };
  }, []);
  return changes;
}
