import { idSchema } from '@mood/contract/fields';
import { maxModelsPerPage } from '@mood/contract/moods';
import { templateTypeSchema } from '@mood/contract/template-fields';
import { describeIssues } from '@mood/domain';
import { z } from 'zod';
import { foundTemplateBody, moodBody, moodPageBody, renderedMessageBody } from './answer-bodies.ts';
import { createApi } from './api.ts';
import type { ApiAnswer, Question } from './api.ts';
import { checkedToken, checkedUrl } from './checked-options.ts';
import { startDeadline } from './deadline.ts';
import { createFallbackCounter } from './fallbacks.ts';
import type { ClientCall, Fallback, FallbackCounts } from './fallbacks.ts';
import type { FoundTemplate, Mood, MoodPage, RenderedMessage, RenderRequest, TemplateRequest, TokenSource } from './mood-api.ts';
import { MoodClientError, Outage } from './mood-client-error.ts';
import { neutralMessage, neutralMood, neutralTemplate } from './neutral-answers.ts';

export interface MoodClientOptions {
  /** Of the API, without the path: `https://mood.example`. */
  baseUrl: string;
  /** A service token with the scope `mood:render`, or what makes one. Asked for at every call, in the call's time. */
  token: TokenSource;
  /** Milliseconds for a whole call: token, attempts and answer. 1 to 60,000; default 2,000. */
  timeoutMs?: number;
  /** Told whenever a call is answered without the mood system, and why. Its own failures are ignored; a promise is not waited for. */
  onFallback?: (fallback: Fallback) => unknown;
}

/**
 * What the message service asks the mood system. While that cannot answer, each call answers by itself, in time: neutral, and
 * `degraded`. Every call @throws MoodClientError when the mood system refuses it, and for a request that is none.
 */
export interface MoodClient {
  getTemplate(request: TemplateRequest): Promise<FoundTemplate>;
  renderTemplate(request: RenderRequest): Promise<RenderedMessage>;
  getMood(modelId: string): Promise<Mood>;
  /** Up to 1,000 models, of which a request holds 100. */
  getMoods(modelIds: readonly string[]): Promise<MoodPage>;
  readonly fallbacks: FallbackCounts;
}

const defaultTimeoutMs = 2_000;
const maxModels = 1_000;

// What the client itself relies on; the rest of a request is the mood system's to judge.
const aboutTemplate = z.object({ modelId: idSchema, templateType: templateTypeSchema });
const models = z.array(idSchema).max(maxModels, `expected at most ${maxModels} IDs`);

/** @throws TypeError for options that no call could work with. */
export function createMoodClient(options: MoodClientOptions): MoodClient {
  const { baseUrl, token, timeoutMs = defaultTimeoutMs, onFallback } = options;
  if (!(timeoutMs >= 1 && timeoutMs <= 60_000)) throw new TypeError(`timeoutMs is ${timeoutMs}: expected 1 to 60000`);
  const api = createApi({ baseUrl: checkedUrl(baseUrl), token: checkedToken(token, 'mood:render') });
  const fallbacks = createFallbackCounter(onFallback);

  async function ask<B, T>(call: ClientCall, question: Question<B>, accept: (answer: ApiAnswer<B>) => T, neutral: () => T): Promise<T> {
    const deadline = startDeadline(timeoutMs);
    try {
      return accept(await api.ask(question, deadline));
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      fallbacks.count(call, error);
      return neutral();
    } finally {
      deadline.end();
    }
  }

  function askForPage(ids: readonly string[]): Promise<MoodPage> {
    const question = { method: 'GET', path: `/moods?modelIds=${ids.join(',')}`, shape: moodPageBody } as const;
    return ask(
      'getMoods',
      question,
      ({ body, degraded }) => ({ notFound: body.notFound, moods: body.moods.map((mood) => ({ ...mood, degraded })), degraded }),
      () => ({ moods: ids.map(neutralMood), notFound: [], degraded: true }),
    );
  }

  return {
    async getTemplate(request) {
      checked(aboutTemplate, request);
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(request)) if (typeof value === 'string') query.set(name, value);
      const question = { method: 'GET', path: `/mood/template?${query.toString()}`, shape: foundTemplateBody } as const;
      return ask('getTemplate', question, marked, () => neutralTemplate(request));
    },
    async renderTemplate(request) {
      checked(aboutTemplate, request);
      const question = {
        method: 'POST',
        path: '/mood/template/render',
        body: JSON.stringify(request),
        shape: renderedMessageBody,
      } as const;
      return ask('renderTemplate', question, marked, () => neutralMessage(request));
    },
    async getMood(id) {
      const model = checked(idSchema, id);
      return ask('getMood', { method: 'GET', path: `/mood/${model}`, shape: moodBody }, marked, () => neutralMood(model));
    },
    async getMoods(ids) {
      const asked = [...new Set(checked(models, ids))];
      const pages = await Promise.all(pagesOf(asked).map(askForPage));
      return {
        moods: pages.flatMap(({ moods }) => moods),
        notFound: pages.flatMap(({ notFound }) => notFound),
        degraded: pages.some(({ degraded }) => degraded),
      };
    },
    fallbacks: fallbacks.counts,
  };
}

const marked = <B extends object>({ body, degraded }: ApiAnswer<B>) => ({ ...body, degraded });

function pagesOf(ids: readonly string[]): string[][] {
  const starts = Array.from({ length: Math.ceil(ids.length / maxModelsPerPage) }, (_, page) => page * maxModelsPerPage);
  return starts.map((start) => ids.slice(start, start + maxModelsPerPage));
}

function checked<T>(shape: z.ZodType<T>, given: unknown): T {
  const read = shape.safeParse(given);
  if (read.success) return read.data;
  throw new MoodClientError(null, 'INVALID_REQUEST', describeIssues(read.error.issues));
}
