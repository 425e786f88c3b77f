import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileAnswers } from '@mood/testing/response-validator';
import type { OpenApiDocument } from '@mood/testing/response-validator';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

const root = path.resolve(import.meta.dirname, '../..');

let stack: Stack;
let document: OpenApiDocument;
let folder: string;
let file: string;

beforeAll(async () => {
  stack = await startStack();
  const served = await fetch(`${stack.api.url}/openapi.json`);
  const text = await served.text();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its form is what the linters below check
  document = JSON.parse(text) as OpenApiDocument;
  folder = await mkdtemp(path.join(tmpdir(), 'mood-openapi-'));
  file = path.join(folder, 'openapi.json');
  await writeFile(file, text);
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program of node_modules/.bin, and resolves with all that it says, whatever its exit code. */
function run(program: string, args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`, HOME: folder, CI: 'true', REDOCLY_TELEMETRY: 'off' };
    execFile(path.join(root, 'node_modules/.bin', program), args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

describe('the OpenAPI document', () => {
  test('passes Spectral without an error or a warning', async () => {
    const { code, output } = await run('spectral', [
      'lint',
      file,
      '--ruleset',
      '.spectral.yaml',
      '--fail-severity',
      'hint',
      '--format',
      'json',
    ]);
    // It says "No results …" after the empty list.
    expect(output).toMatch(/^\[\]/);
    expect(code).toBe(0);
  });

  test('passes the recommended rules of Redocly without an error or a warning', async () => {
    const { code, output } = await run('redocly', ['lint', file, '--config', '.redocly.yaml', '--format', 'json']);
    const begin = output.indexOf('{');
    expect({ code, output: begin === -1 ? output : output.slice(begin) }).toEqual({ code: 0, output: expect.any(String) });
    expect(output).toMatch(/"totals":\s*\{\s*"errors":\s*0,\s*"warnings":\s*0,\s*"ignored":\s*0\s*\}/);
  });
});

test('the schema of every answer can be compiled', () => {
  expect(compileAnswers(document)).toBeGreaterThan(300);
});

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Every path that the contract names, whether or not it is served. */
const pathsOfTheContract = [
  '/api/v1/mood/{modelId}',
  '/api/v1/mood/update',
  '/api/v1/mood/{modelId}/history',
  '/api/v1/mood/terms',
  '/api/v1/mood/template',
  '/api/v1/mood/template/render',
  '/api/v1/moods',
  '/api/v1/auto-replies',
  '/api/v1/auto-replies/answered',
  '/api/v1/admin/mood/{modelId}/update',
  '/api/v1/admin/mood/template',
  '/api/v1/admin/mood/templates',
];

/** What administrators of templates have beyond the contract. */
const pathsOfTemplateAdministration = [
  '/api/v1/admin/mood/template/preview',
  '/api/v1/admin/mood/template/{id}',
  '/api/v1/admin/mood/template/{id}/versions',
  '/api/v1/admin/mood/template/{id}/diff',
  '/api/v1/admin/mood/template/{id}/rollback',
  '/api/v1/admin/mood/template/{id}/usage',
  '/api/v1/admin/mood/templates/export',
  '/api/v1/admin/mood/templates/import',
];

/** Whether the API has the route. A path that has no route answers 404 with words of its own, one that has others 405. */
async function isServed(method: string, template: string): Promise<boolean> {
  const concrete = template.replaceAll(/\{[^}]+\}/g, '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d');
  const response = await fetch(stack.api.url + concrete, { method });
  const body = await response.text();
  return response.status !== 405 && (response.status !== 404 || !body.includes(`There is no ${method} ${concrete}.`));
}

/** A path without parameters has its own methods alone. */
function isDocumented(method: string, path: string): boolean {
  const own = document.paths[path];
  if (own !== undefined) return method.toLowerCase() in own;
  return Object.entries(document.paths).some(
    ([documented, operations]) =>
      method.toLowerCase() in operations && new RegExp(`^${documented.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
  );
}

describe('the document and the API', () => {
  test('every operation of the document is served', async () => {
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => [method.toUpperCase(), path] as const),
    );
    expect(operations.length).toBeGreaterThanOrEqual(21);
    for (const [method, path] of operations) expect([method, path, await isServed(method, path)]).toEqual([method, path, true]);
  });

  test('every method that a path answers is in the document', async () => {
    const paths = new Set([...pathsOfTheContract, ...pathsOfTemplateAdministration, ...Object.keys(document.paths)]);
    for (const path of paths) {
      for (const method of methods)
        expect([method, path, isDocumented(method, path)]).toEqual([method, path, await isServed(method, path)]);
    }
  });

  test('everything that the contract names, and the administration of templates, is in it', () => {
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining([...pathsOfTheContract, ...pathsOfTemplateAdministration]));
  });

  test('what has no route is answered in the one form of errors', async () => {
    const { status, body } = await stack.api.get('/api/v1/moot');
    expect([status, body]).toEqual([404, { error: 'INVALID_REQUEST', message: 'There is no GET /api/v1/moot. See /docs.' }]);
  });
});

describe('the reference page', () => {
  /** As a browser loads it: the page, then what it names. */
  async function load(path: string): Promise<{ type: string | null; policy: string; text: string }> {
    const response = await fetch(stack.api.url + path);
    expect([path, response.status]).toEqual([path, 200]);
    return {
      type: response.headers.get('content-type'),
      policy: response.headers.get('content-security-policy') ?? '',
      text: await response.text(),
    };
  }

  test('comes with a policy that lets no script run but its own files', async () => {
    const page = await load('/docs');
    expect(page.type).toMatch(/^text\/html/);
    expect(page.policy).toContain("default-src 'none'");
    expect(page.policy).toMatch(/script-src 'self'(;|$)/);
    expect(page.policy).toContain("frame-ancestors 'none'");
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|javascript:/i);
  });

  test('names files of this server only, and each is served with its type and the policy', async () => {
    const { text } = await load('/docs');
    const loaded = Array.from(text.matchAll(/<(?:script|link|img)\b[^>]*?(?:src|href)="([^"]+)"/g), ([, name = '']) => name);
    expect(loaded.toSorted()).toEqual(['/docs/style.css', '/docs/try-it.js', '/favicon.ico']);
    for (const name of loaded) {
      const asset = await load(name);
      expect(asset.type).toMatch(
        { css: /^text\/css/, js: /^text\/javascript/, ico: /^image\/x-icon$/ }[name.split('.').at(-1) ?? ''] ?? /^$/,
      );
      expect(asset.policy).toContain("default-src 'none'");
      expect(asset.text.length).toBeGreaterThan(0);
    }
  });

  test('allows nothing inline, neither scripts nor styles', async () => {
    const { policy, text } = await load('/docs');
    expect(policy).not.toMatch(/unsafe-|data:|https?:|\*/);
    expect(text).not.toMatch(/<style|\sstyle=/i);
  });

  test('has every operation, those of moods first, and a form for each', async () => {
    const { text } = await load('/docs');
    const shown = Array.from(text.matchAll(/<details class="operation" id="(\w+)"/g), ([, id = '']) => id);
    const documented = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map((operation) => ('operationId' in operation ? String(operation.operationId) : '')),
    );
    expect(shown.toSorted()).toEqual(documented.toSorted());
    expect(shown.slice(0, 5)).toContain('updateMood');
    expect(text.match(/<form class="try"/g)).toHaveLength(documented.length);
  });

  test('lets nobody climb out of its folder', async () => {
    // The first is in no normal form, and refused before it is looked for; `fetch` resolves the second itself.
    const expected = { '/docs/..%2fpackage.json': 400, '/docs/%2e%2e/%2e%2e/package.json': 404, '/docs/package.json': 404 };
    for (const [path, status] of Object.entries(expected)) {
      expect([path, (await fetch(stack.api.url + path)).status]).toEqual([path, status]);
    }
  });
});

describe('the start page', () => {
  const open = (accept: string) => fetch(`${stack.api.url}/`, { redirect: 'manual', headers: { accept } });

  test.each(['text/html', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'TEXT/HTML'])(
    'leads a browser to the panel (%s)',
    async (accept) => {
      const { status, headers } = await open(accept);
      expect([status, headers.get('location'), headers.get('vary')]).toEqual([302, '/panel/', 'Accept']);
    },
  );

  test.each(['*/*', 'application/json', 'text/plain'])('tells programs where things are (%s)', async (accept) => {
    const answer = await open(accept);
    expect(answer.status).toBe(200);
    const { name, ...named }: Record<string, string> = JSON.parse(await answer.text());
    const places = Object.values(named);
    expect(name).toBe('Mood Messaging API');
    expect(places).toEqual(['/docs', '/openapi.json', '/health']);
    for (const place of places) expect([place, (await fetch(`${stack.api.url}${place}`)).status]).toEqual([place, 200]);
  });

  test('and its icon, a file that browsers can read', async () => {
    const answer = await fetch(`${stack.api.url}/favicon.ico`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/x-icon']);
    expect(Array.from(bytes.slice(0, 6))).toEqual([0, 0, 1, 0, 1, 0]);
    expect(bytes.length).toBeLessThan(2_000);
  });
});
