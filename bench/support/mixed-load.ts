import { inBatches } from '@mood/testing/in-batches';
import type { Load } from './load.ts';
import type { BenchSystem } from './system.ts';

const tokensAtATime = 50;

/**
 * What a platform asks for: seven readings of a mood in ten requests, and one each of a template, of a rendered message and of a change.
 * @param writers how many models change their mood; each may do so 50 times an hour.
 */
export async function mixedLoad(system: BenchSystem, writers: number): Promise<Load['next']> {
  const user = await system.platform.token('user', undefined, { expiresIn: 7_200 });
  const service = await system.platform.token('service', undefined, { scope: 'mood:render', expiresIn: 7_200 });
  const tokens = await inBatches(system.models.slice(0, writers), tokensAtATime, (model) =>
    system.platform.token('model', model, { expiresIn: 7_200 }),
  );
  const json = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
  const reading = { authorization: `Bearer ${user}` };
  let turn = 0;
  let change = 0;
  return () => {
    turn += 1;
    const modelId = system.models[(turn * 7_919) % system.models.length] ?? '';
    switch (turn % 10) {
      case 0: {
        change += 1;
        const moodState = ['positive', 'negative', 'neutral'][change % 3];
        const body = JSON.stringify({ moodState, customMessage: 'Feeling great today!', autoRespond: true, responseDelay: 30 });
        return { method: 'POST', path: '/api/v1/mood/update', headers: json(tokens[change % tokens.length] ?? ''), body };
      }
      case 1: {
        const body = JSON.stringify({ modelId, templateType: 'greeting', variables: { userName: 'John' } });
        return { method: 'POST', path: '/api/v1/mood/template/render', headers: json(service), body };
      }
      case 2:
        return { path: `/api/v1/mood/template?modelId=${modelId}&templateType=greeting&userTier=gold`, headers: reading };
      default:
        return { path: `/api/v1/mood/${modelId}`, headers: reading };
    }
  };
}
