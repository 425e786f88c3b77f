import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { z } from 'zod';

let sandbox: ChildProcess | undefined;
afterEach(() => void sandbox?.kill('SIGKILL'));

interface StartedProcess {
  process: ChildProcess;
  output: string[];
}

function startProcess(env: Record<string, string>): StartedProcess {
  const process = fork(new URL('./main.ts', import.meta.url), { env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  sandbox = process;
  const output: string[] = [];
  for (const stream of [process.stdout, process.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => void output.push(text));
  return { process, output };
}

const lineWithUrl = z.object({ url: z.url() });

/** The log and the message that it is ready come by different ways: either may be first. */
async function urlIn({ process, output }: StartedProcess): Promise<string> {
  for (;;) {
    const lines = output.join('').split('\n').slice(0, -1);
    const line = lines.find((one) => one.includes('"url"'));
    if (line !== undefined) return lineWithUrl.parse(JSON.parse(line)).url;
    if (process.stdout === null) throw new Error('the process has no output');
    await once(process.stdout, 'data');
  }
}

test('the process says when it is ready, serves, and ends with code 0 when it is asked to stop', async () => {
  const started = startProcess({ SANDBOX_PORT: '0', AUTH_ISSUER: 'https://auth.example/' });
  const { process } = started;
  expect(await once(process, 'message')).toMatchObject([{ type: 'ready' }, undefined]);
  const url = await urlIn(started);

  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
  const issued = await (await fetch(`${url}/oauth/token`, { method: 'POST', body: '{"role":"user"}' })).json();
  const { access_token: token } = z.object({ access_token: z.string() }).parse(issued);
  const introspected = await fetch(`${url}/oauth/introspect`, { method: 'POST', body: new URLSearchParams({ token }) });
  expect(await introspected.json()).toMatchObject({ active: true, iss: 'https://auth.example/', aud: 'mood-messaging' });
  const unplayed = await fetch(`${url}/sandbox/conversations/c1/answers`, {
    method: 'POST',
    body: JSON.stringify({ modelId: crypto.randomUUID() }),
  });
  expect(unplayed.status).toBe(503);

  process.kill('SIGTERM');
  expect(await once(process, 'exit')).toEqual([0, null]);
  await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
});

test('a setting that cannot be used stops the start with one line that names it', async () => {
  const { process, output } = startProcess({ SANDBOX_PORT: 'many', DATABASE_URL: 'mysql://root:secret@db/mood' });
  expect(await once(process, 'close')).toEqual([1, null]);
  expect(output.join('')).toContain('SANDBOX_PORT is "many"');
  expect(output.join('')).toContain('DATABASE_URL is not usable');
  expect(output.join('')).not.toContain('secret');
});

test('a port that browsers refuse to call stops the start with a line that names the setting', async () => {
  const { process, output } = startProcess({ SANDBOX_PORT: '4190' });
  expect(await once(process, 'close')).toEqual([1, null]);
  expect(output.join('')).toContain('Port 4190 is one that browsers refuse to call. Set SANDBOX_PORT to another one.');
});
