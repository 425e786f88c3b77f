import type { BadgeMood } from './mood.ts';

/** Where moods come from. */
export interface BadgeConnection {
  /** The API, such as `https://moods.example.com`. Its ALLOWED_ORIGINS has to name the origin of the page. */
  url: string;
  /** The access token of whoever looks at the page. Asked for each time a stream is opened. */
  token: () => string | Promise<string>;
}

/** Ids of one stream: as many as the API takes. */
const idsPerStream = 200;
/** A stream that says nothing for so long is dead: the API writes every 15 seconds, in milliseconds. */
const silenceMs = 45_000;
const maxWaitMs = 30_000;
const isId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const moods = new Map<string, BadgeMood>();
let connection: BadgeConnection | undefined;
let open = new Set<string>();
let streams: AbortController[] = [];
/** The API's clock less ours, in milliseconds. */
let ahead = 0;

/** The time by the API's clock: that of this device may be wrong. */
export const now = () => Date.now() + ahead;
export const moodOf = (id: string) => moods.get(id);

/** Keeps streams open for these models, and no others. @param changed told of each mood that comes. */
export function follow(wanted: ReadonlySet<string>, changed: (id: string) => void, next = connection): void {
  const ids = [...wanted].filter((id) => isId.test(id));
  if (next === connection && ids.every((id) => open.has(id)) && (ids[0] || !open.size)) return;
  connection = next;
  for (const stream of streams) stream.abort();
  streams = [];
  open = new Set(ids);
  if (!connection) return;
  for (let start = 0; start < ids.length; start += idsPerStream) {
    const stream = new AbortController();
    streams.push(stream);
    void run(connection, ids.slice(start, start + idsPerStream).join(), stream.signal, changed);
  }
}

/** Reads one stream after the other. What was missed in between, the next one tells first. */
async function run({ url, token }: BadgeConnection, ids: string, over: AbortSignal, changed: (id: string) => void): Promise<void> {
  for (let waitMs = 1_000; !over.aborted; waitMs = Math.min(2 * waitMs, maxWaitMs)) {
    let told = 0;
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    over.addEventListener('abort', stop);
    let silence = setTimeout(stop, silenceMs);
    try {
      const headers = { authorization: `Bearer ${await token()}` };
      const { ok, body } = await fetch(`${url}/api/v1/moods/stream?modelIds=${ids}`, {
        headers,
        signal: attempt.signal,
        cache: 'no-store',
      });
      const reader = (ok ? body : null)?.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ''; ;) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: '' };
        if (done) break;
        clearTimeout(silence);
        silence = setTimeout(stop, silenceMs);
        const blocks = (text + value).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          waitMs = 1_000;
          told = Number(/^retry: (.+)/m.exec(block)?.[1] ?? told);
          const data = /^data: (.+)/m.exec(block)?.[1];
          if (data) hear(JSON.parse(data), changed);
        }
      }
    } catch {
      // No answer, or it broke off: it is tried again.
    }
    stop();
    clearTimeout(silence);
    over.removeEventListener('abort', stop);
    // Not all pages at once.
    const restMs = (told || waitMs) * (0.75 + Math.random() / 2);
    if (!over.aborted) await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}

function hear(data: BadgeMood & { moods?: BadgeMood[]; now?: string }, changed: (id: string) => void): void {
  if (data.now) ahead = Date.parse(data.now) - Date.now();
  for (const mood of data.moods ?? [data]) {
    if (mood.version < (moods.get(mood.modelId)?.version ?? 0)) continue;
    moods.set(mood.modelId, mood);
    changed(mood.modelId);
  }
}
