import { createPlatformClient } from '@mood/testing/platform-client';
import type { PlatformClient } from '@mood/testing/platform-client';
import { during, readsAndChanges } from './traffic.ts';
import type { TrafficResult } from './traffic.ts';

/** Somebody who uses the system. */
export interface People {
  platform: PlatformClient;
  modelId: string;
  token: string;
  /** @returns the status of the answer; 0 when there is none. */
  change(moodState: string): Promise<number>;
  /** The same, with everything that a mood can have. */
  update(body: object): Promise<number>;
  read(): Promise<{ status: number; degraded: boolean; moodState: string }>;
  /** What fails of sixty requests a second while something is done. */
  during(work: () => Promise<void>): Promise<TrafficResult>;
}

const patienceMs = 10_000;

/** A performer of the platform, who has accepted the terms. @param url of the API, @param platformUrl of the sandbox. */
export async function createPeople(url: string, platformUrl: string): Promise<People> {
  const platform = createPlatformClient(platformUrl);
  const [modelId = ''] = await platform.createPerformers();
  const token = await platform.token('model', modelId);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = (path: string, body?: object) =>
    fetch(url + path, {
      headers,
      signal: AbortSignal.timeout(patienceMs),
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  const terms = JSON.parse(await (await call('/api/v1/mood/terms')).text());
  const acceptance = { accept: true, version: terms.version };
  const accepted = await call('/api/v1/mood/terms', acceptance);
  if (accepted.status !== 200) throw new Error(`The terms were not accepted: ${accepted.status} ${await accepted.text()}`);

  async function update(body: object): Promise<number> {
    const answer = await call('/api/v1/mood/update', body).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status ?? 0;
  }

  return {
    platform,
    modelId,
    token,
    change: (moodState) => update({ moodState }),
    update,
    async read() {
      const answer = await call(`/api/v1/mood/${modelId}`).catch(() => undefined);
      if (answer === undefined) return { status: 0, degraded: false, moodState: '' };
      const body = JSON.parse(await answer.text());
      return { status: answer.status, degraded: answer.headers.get('mood-degraded') === 'true', moodState: body.moodState };
    },
    during: (work) => during(readsAndChanges(url, modelId, headers, acceptance), work),
  };
}
