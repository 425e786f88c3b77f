import { follow, moodOf, now } from './live.ts';
import type { BadgeConnection } from './live.ts';
import type { BadgeMood } from './mood.ts';

export type { BadgeConnection } from './live.ts';
export type { BadgeMood } from './mood.ts';

/** The word of each mood. */
export type BadgeWords = Record<BadgeMood['moodState'], string>;

/** A shape of its own for each mood, so that it does not hang on the colour: circle, sun, cloud. */
const shapes: BadgeWords = {
  neutral: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z',
  positive: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v2m0 10v2M1 8h2m10 0h2M3 3l1.5 1.5m7 7L13 13M3 13l1.5-1.5m7-7L13 3',
  negative: 'M4.5 13h7a3 3 0 0 0 .4-6 4 4 0 0 0-7.6-1A3.5 3.5 0 0 0 4.5 13z',
};

const style = new CSSStyleSheet();
style.replaceSync(
  ':host{display:inline-block}:host([hidden]){display:none}span{display:inline-flex;align-items:center;gap:.3em;color:var(--c)}' +
    'svg{width:1.1em;height:1.1em;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round}' +
    '.neutral{--c:var(--mood-badge-neutral,light-dark(#4b5563,#c3c9d3))}.positive{--c:var(--mood-badge-positive,light-dark(#7a5200,#f5c451))}' +
    '.negative{--c:var(--mood-badge-negative,light-dark(#3b4a9b,#a9b8ff))}',
);

const badges = new Set<MoodBadge>();
let words: BadgeWords = { neutral: 'Neutral', positive: 'Positive', negative: 'Negative' };
let waiting = false;
let connection: BadgeConnection | undefined;

/** Badges that come and go together, as when a page is drawn, change the streams once. */
function refollow(): void {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    follow(new Set([...badges].map((badge) => badge.modelId)), show, connection);
  }, 50);
}

function show(id: string): void {
  for (const badge of badges) if (badge.modelId === id) badge.show();
}

/**
 * `<mood-badge model-id="…">`: the mood of a model, live. Icon and word; the message as title. Fires `moodchange`, with the mood shown as
 * `detail`. Parts: `badge`, `icon`, `word`, and the name of the mood. Custom properties: `--mood-badge-neutral`, `-positive`, `-negative`
 * (colours). Light and dark follow the `color-scheme` of the page.
 */
export class MoodBadge extends HTMLElement {
  static observedAttributes = ['model-id'];
  /** The mood that is shown; undefined while none is known, which is shown as neutral. */
  mood: BadgeMood | undefined;
  #timer = 0;
  readonly #badge = document.createElement('span');
  readonly #path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  readonly #word = document.createElement('span');

  /** Says where moods come from; once for a page. May be called again: for another user, or with other words. */
  static connect(options: BadgeConnection & { words?: BadgeWords }): void {
    connection = { ...options, url: options.url.replace(/\/$/, '') };
    words = options.words ?? words;
    for (const badge of badges) badge.show();
    refollow();
  }

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [style];
    const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    icon.setAttribute('viewBox', '0 0 16 16');
    icon.ariaHidden = 'true';
    icon.setAttribute('part', 'icon');
    icon.append(this.#path);
    this.#word.setAttribute('part', 'word');
    this.#badge.role = 'status';
    this.#badge.append(icon, this.#word);
    root.append(this.#badge);
  }

  get modelId(): string {
    return (this.getAttribute('model-id') ?? '').toLowerCase();
  }

  connectedCallback(): void {
    badges.add(this);
    this.show();
    refollow();
  }

  disconnectedCallback(): void {
    badges.delete(this);
    clearTimeout(this.#timer);
    refollow();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.connectedCallback();
  }

  /** Shows what is known now. */
  show(): void {
    clearTimeout(this.#timer);
    const known = moodOf(this.modelId);
    const leftMs = known?.expiresAt ? Date.parse(known.expiresAt) - now() : Infinity;
    const over = leftMs <= 0;
    // The longest that a timer can wait; it looks again then.
    if (!over && leftMs < Infinity) this.#timer = setTimeout(() => this.show(), Math.min(leftMs, 2 ** 31 - 1));
    const mood = known && over ? { ...known, moodState: 'neutral' as const, customMessage: null, expiresAt: null } : known;
    const state = mood?.moodState ?? 'neutral';
    this.#badge.className = state;
    this.#badge.setAttribute('part', `badge ${state}`);
    this.#badge.title = mood?.customMessage ?? '';
    this.#path.setAttribute('d', shapes[state]);
    if (this.#word.textContent !== words[state]) this.#word.textContent = words[state];
    if (mood === this.mood) return;
    this.mood = mood;
    this.dispatchEvent(new CustomEvent('moodchange', { detail: mood, bubbles: true }));
  }
}

// Another copy may have been loaded before.
if (!customElements.get('mood-badge')) customElements.define('mood-badge', MoodBadge);
