import { z } from 'zod';

export type MoodState = 'neutral' | 'positive' | 'negative';
export type TemplateType = 'greeting' | 'farewell' | 'auto_response' | 'tip_thank_you';
export type UserTier = 'free' | 'bronze' | 'silver' | 'gold' | 'platinum';

export interface TemplateRequest {
  modelId: string;
  templateType: TemplateType;
  userTier?: UserTier | undefined;
  /** The user always gets the same variant of an experiment. */
  userId?: string | undefined;
  /** BCP 47 tag. */
  locale?: string | undefined;
}

export interface RenderRequest extends TemplateRequest {
  /** By variable; what is not given, the mood system fills in where it can. */
  variables?: Readonly<Record<string, string | number>>;
  /** IANA name; UTC when not given. */
  timeZone?: string | undefined;
}

const moodState = z.enum(['neutral', 'positive', 'negative']);
const foundTemplate = z.object({ template: z.string(), moodState, variables: z.array(z.string()) });
const renderedMessage = z.object({ renderedMessage: z.string(), moodState });
const refusal = z.object({ error: z.string(), message: z.string() });

export type FoundTemplate = z.output<typeof foundTemplate>;
export type RenderedMessage = z.output<typeof renderedMessage>;

/**
 * The mood system refused the call (`status` and its error `code`), could not be reached (`status` null, `UNREACHABLE`), or was not
 * asked, because no token could be had (`status` null, `TOKEN_UNAVAILABLE`).
 */
export class MoodClientError extends Error {
  override readonly name = 'MoodClientError';
  readonly status: number | null;
  readonly code: string;

  constructor(status: number | null, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

export interface MoodClientOptions {
  /** Of the API, without the path: `https://mood.example`. */
  baseUrl: string;
  /** A service token with the scope `mood:render`, or what makes one. Asked for at every call. */
  token: string | (() => string | Promise<string>);
  /** Milliseconds for a whole call, once it has its token. Default 2,000. */
  timeoutMs?: number;
}

/** What the message service asks the mood system. Both calls @throws MoodClientError. */
export interface MoodClient {
  getTemplate(request: TemplateRequest): Promise<FoundTemplate>;
  renderTemplate(request: RenderRequest): Promise<RenderedMessage>;
}

const defaultTimeoutMs = 2_000;

export function createMoodClient({ baseUrl, token, timeoutMs = defaultTimeoutMs }: MoodClientOptions): MoodClient {
  async function call<S extends z.ZodType>(shape: S, path: string, init: RequestInit): Promise<z.output<S>> {
    const headers = await headersOf(token);
    const answer = await send(`${baseUrl.replace(/\/+$/, '')}/api/v1${path}`, { ...init, headers });
    if (answer.ok) {
      const body = shape.safeParse(answer.body);
      if (body.success) return body.data;
    }
    const said = refusal.safeParse(answer.body);
    if (said.success) throw new MoodClientError(answer.status, said.data.error, said.data.message);
    throw new MoodClientError(
      answer.status,
      'SYSTEM_ERROR',
      `The mood system answered ${answer.status} with something that cannot be read.`,
    );
  }

  async function send(url: string, init: RequestInit): Promise<{ ok: boolean; status: number; body: unknown }> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, { ...init, redirect: 'error', signal });
      const text = await response.text();
      return { ok: response.ok, status: response.status, body: parseJson(text) };
    } catch (error) {
      const problem = signal.aborted ? `did not answer within ${timeoutMs} ms` : 'cannot be reached';
      throw new MoodClientError(null, 'UNREACHABLE', `The mood system ${problem}.`, { cause: error });
    }
  }

  return {
    getTemplate(request) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(request)) if (typeof value === 'string') query.set(name, value);
      return call(foundTemplate, `/mood/template?${query.toString()}`, { method: 'GET' });
    },
    renderTemplate: (request) => call(renderedMessage, '/mood/template/render', { method: 'POST', body: JSON.stringify(request) }),
  };
}

async function headersOf(token: MoodClientOptions['token']): Promise<Headers> {
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/json' });
  let bearer: string;
  try {
    bearer = typeof token === 'string' ? token : await token();
  } catch (error) {
    throw new MoodClientError(null, 'TOKEN_UNAVAILABLE', 'There is no token to ask the mood system with.', { cause: error });
  }
  try {
    headers.set('authorization', `Bearer ${bearer}`);
  } catch {
    // The error of the platform quotes the token: it is not passed on.
    throw new MoodClientError(null, 'TOKEN_UNAVAILABLE', 'The token holds characters that cannot be sent.');
  }
  return headers;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
