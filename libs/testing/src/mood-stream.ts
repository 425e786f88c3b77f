import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { eventually } from './eventually.ts';

export interface StreamEvent {
  event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came
  data: any;
}

/** A client of `GET /api/v1/moods/stream`, and all that it has been sent. */
export interface MoodStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: readonly StreamEvent[];
  /** Comment lines, the signs of life. */
  comments(): number;
  /** The last `retry` that was told, in milliseconds. */
  retryMs(): number | undefined;
  /** All that came, as text: the body of a refusal. */
  text(): string;
  readonly isOver: boolean;
  /** Waits for an event `mood` of a model with at least this version. */
  untilVersion(modelId: string, version: number, withinMs?: number): Promise<StreamEvent>;
  untilOver(withinMs?: number): Promise<void>;
  /** Reads no more. */
  pause(): void;
  /** Resets the connection, as when the client was killed. */
  kill(): void;
}

/** Resolves when the answer begins. */
export async function openMoodStream(
  url: string,
  modelIds: readonly string[],
  token: string,
  path = '/api/v1/moods/stream',
): Promise<MoodStream> {
  let text = '';
  let isOver = false;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}${path}?modelIds=${modelIds.join(',')}`, { agent: false, headers: { authorization: `Bearer ${token}` } }, resolve)
      .on('error', reject)
      .end();
  });
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  answer.on('error', () => {});
  answer.on('close', () => {
    isOver = true;
  });
  const blocks = () => text.split('\n\n').slice(0, -1);
  const field = (block: string, name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const events = () =>
    blocks().flatMap((block): StreamEvent[] => {
      const [event, data] = [field(block, 'event'), field(block, 'data')];
      return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) }];
    });
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    get events() {
      return events();
    },
    comments: () => blocks().filter((block) => block.startsWith(':')).length,
    retryMs: () =>
      blocks()
        .flatMap((block) => Number(field(block, 'retry') ?? NaN))
        .findLast((ms) => !Number.isNaN(ms)),
    text: () => text,
    get isOver() {
      return isOver;
    },
    async untilVersion(modelId, version, withinMs) {
      const wanted = ({ event, data }: StreamEvent) => event === 'mood' && data.modelId === modelId && data.version >= version;
      const found = await eventually(
        async () => events().find(wanted),
        (event) => event !== undefined,
        withinMs,
      );
      if (found === undefined) throw new Error('there is none');
      return found;
    },
    async untilOver(withinMs) {
      await eventually(async () => isOver, Boolean, withinMs);
    },
    pause: () => void answer.pause(),
    kill: () => void answer.socket.resetAndDestroy(),
  };
}
