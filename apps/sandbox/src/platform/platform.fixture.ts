import { z } from 'zod';
import type { AnsweredConversation, AutoReplyProducer, ReceivedMessage } from '@mood/client/queue';
import { startPlatform } from './start-platform.ts';
import type { PlatformOptions, RunningPlatform } from './start-platform.ts';

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export interface PlatformUnderTest extends RunningPlatform {
  /** One call over real HTTP. A body object is sent as JSON, URLSearchParams form-encoded. */
  call(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  /** As `call`, and checks the shape of the answer's body. */
  read<S extends z.ZodType>(shape: S, method: string, path: string, body?: object): Promise<z.output<S>>;
}

/** A platform on a free port. */
export async function openPlatform(options: Partial<PlatformOptions> = {}): Promise<PlatformUnderTest> {
  const platform = await startPlatform({ port: 0, ...options });

  async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const form = body instanceof URLSearchParams;
    const response = await fetch(platform.url + path, {
      method,
      headers: form || body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  return {
    ...platform,
    call,
    read: async (shape, method, path, body) => shape.parse((await call(method, path, body)).body),
  };
}

export interface RecordingProducer extends AutoReplyProducer {
  received: ReceivedMessage[];
  answered: AnsweredConversation[];
}

/** Takes everything and remembers it. */
export function createRecordingProducer(): RecordingProducer {
  const received: ReceivedMessage[] = [];
  const answered: AnsweredConversation[] = [];
  return {
    received,
    answered,
    messageReceived: async (message) => void received.push(message),
    conversationAnswered: async (answer) => void answered.push(answer),
    close: async () => undefined,
  };
}

/** Answer shapes that several tests read. */
export const idsShape = z.object({ ids: z.array(z.guid()) });
export const tokenShape = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number() });
export const attemptsShape = z.object({
  attempts: z.array(z.object({ at: z.iso.datetime(), service: z.string(), outcome: z.string(), idempotencyKey: z.string().optional() })),
});
