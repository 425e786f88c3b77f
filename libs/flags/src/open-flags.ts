import { randomUUID } from 'node:crypto';
import { declaredFlags, flagKeys } from '@mood/domain';
import type { FlagKey, Flags, FlagSubject } from '@mood/domain';
import { endsWithin } from '@mood/runtime';
import type { Logger, Service } from '@mood/runtime';
import { OpenFeature, ServerProviderEvents, StandardResolutionReasons } from '@openfeature/server-sdk';
import type { EvaluationContext, Provider } from '@openfeature/server-sdk';

export interface FlagOptions {
  logger: Logger;
  /** A question that comes before the provider is ready waits for it; else it is answered with the default. */
  waitsUntilKnown?: boolean;
  /** How long a start waits for the provider, in milliseconds. One that is not ready by then is one that is down: flags have their defaults until it is. */
  firstLookMs?: number;
}

export type FlagService = Flags & Service;

/**
 * For so long an answer that is the same for everybody is kept, in milliseconds; a change that the provider tells of ends it at once. A call
 * of the SDK takes 17 µs, an answer that is kept 0.3.
 */
const keepMs = 250;

interface KeptAnswer {
  value: boolean;
  until: number;
}

/** The provider may keep an answer: it says that it looked neither at an id nor at a role. */
const isStatic = (reason: string | undefined) =>
  reason === StandardResolutionReasons.STATIC || reason === StandardResolutionReasons.DISABLED;

/** The flags of this process, by OpenFeature, from any provider. */
export function openFlags(provider: Provider, { logger, waitsUntilKnown = false, firstLookMs = 5_000 }: FlagOptions): FlagService {
  // The SDK has one registry for the process; tests open several there.
  const domain = `mood-${randomUUID()}`;
  const kept = new Map<FlagKey, KeptAnswer>();
  /** Counts how often everything was forgotten: an answer that was on its way meanwhile is not kept. */
  let era = 0;
  let isKnown = false;
  const closed = new AbortController();
  const client = OpenFeature.getClient(domain);
  const tell =
    (level: 'error' | 'warn' | 'debug') =>
    (...words: unknown[]) =>
      logger[level]({ part: 'openfeature' }, words.map(String).join(' '));
  client.setLogger({ error: tell('error'), warn: tell('warn'), info: tell('debug'), debug: tell('debug') });
  const forgetKept = () => {
    era += 1;
    kept.clear();
  };
  for (const event of [
    ServerProviderEvents.ConfigurationChanged,
    ServerProviderEvents.Ready,
    ServerProviderEvents.Error,
    ServerProviderEvents.Stale,
  ])
    client.addHandler(event, forgetKept, { signal: closed.signal });

  let ready: Promise<void> | undefined;

  async function connect(): Promise<void> {
    try {
      await OpenFeature.setProviderAndWait(domain, provider);
    } catch (error) {
      logger.error({ err: error, provider: provider.metadata.name }, 'no feature flags: their defaults are used');
    }
    isKnown = true;
  }

  /** Ends when the provider has the flags, or has failed for good. */
  function prepare(): Promise<void> {
    ready ??= connect();
    return ready;
  }

  async function ask(key: FlagKey, { id, role }: FlagSubject): Promise<boolean> {
    if (waitsUntilKnown && !isKnown) await prepare();
    const context: EvaluationContext = {};
    if (id !== undefined && id !== null) context.targetingKey = id;
    if (role !== undefined) context['role'] = role;
    const asked = era;
    const { value, reason } = await client.getBooleanDetails(key, declaredFlags[key].default, context);
    if (isStatic(reason) && asked === era) kept.set(key, { value, until: performance.now() + keepMs });
    return value;
  }

  return {
    name: 'flags',
    isOn(key, subject = {}) {
      const known = kept.get(key);
      return known !== undefined && performance.now() < known.until ? known.value : ask(key, subject);
    },
    async start() {
      if (!(await endsWithin(firstLookMs, prepare()))) logger.warn('feature flags are not known yet: their defaults are used');
      for (const key of flagKeys)
        if (new Date(declaredFlags[key].endsOn) < new Date())
          logger.warn({ flag: key }, 'this flag is past its end: remove it, or put its end off');
    },
    async stop() {
      closed.abort();
      await provider.onClose?.();
    },
  };
}
