import type { BenchSystem } from './system.ts';

const modelsPerPage = 100;

/** Reads every mood once, so that the cache knows it. */
export async function warmMoods(system: BenchSystem, headers: Record<string, string>): Promise<void> {
  for (let start = 0; start < system.models.length; start += modelsPerPage) {
    const ids = system.models.slice(start, start + modelsPerPage).join(',');
    const answer = await fetch(`${system.apiUrl}/api/v1/moods?modelIds=${ids}`, { headers });
    if (!answer.ok) throw new Error(`reading moods answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}
