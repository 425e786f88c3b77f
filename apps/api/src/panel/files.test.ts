import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { createPanelFiles } from './files.ts';
import type { Visitor } from './files.ts';

const script = `console.log(${JSON.stringify('words '.repeat(1_000))});`;
const page = `<meta property="csp-nonce" nonce="__CSP_NONCE__"><link rel="stylesheet" nonce="__CSP_NONCE__" href="/panel/assets/a-1.css">`;

let folder: string;
let app: Hono;
let visitor: Visitor;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mood-files-'));
  visitor = { role: undefined, session: undefined };
  const files = createPanelFiles(path.join(folder, 'dist'), { notBuilt: (c) => c.text('not built', 503), whoAsks: async () => visitor });
  app = new Hono().get('/panel/*', async (c) => (await files.find(c.req.path.slice('/panel'.length)))?.(c) ?? c.notFound());
});
afterEach(() => rm(folder, { recursive: true }));

async function build(): Promise<void> {
  await mkdir(path.join(folder, 'dist/assets'), { recursive: true });
  await writeFile(path.join(folder, 'dist/index.html'), page);
  await writeFile(path.join(folder, 'dist/assets/a-1.js'), script);
  await writeFile(path.join(folder, 'dist/icon.svg'), '<svg/>');
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
}
const get = async (place: string, headers: Record<string, string> = {}) => app.request(`/panel${place}`, { headers });

describe('the page', () => {
  test('is the answer to every path that is no file, and is never kept', async () => {
    await build();
    for (const place of ['/', '/history', '/models/1?tab=audit', '/index.html']) {
      const answer = await get(place);
      expect([place, answer.status, answer.headers.get('content-type'), answer.headers.get('etag')]).toEqual([
        place,
        200,
        'text/html; charset=UTF-8',
        null,
      ]);
    }
  });

  test('comes under its policy, with a nonce that is new each time', async () => {
    await build();
    const nonces = new Set<string>();
    for (let n = 0; n < 3; n += 1) {
      const answer = await get('/');
      const text = await answer.text();
      const [, nonce = ''] = /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '') ?? [];
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
      expect(text).toBe(page.replaceAll('__CSP_NONCE__', nonce));
      expect(answer.headers.get('content-security-policy')).toBe(
        `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'`,
      );
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });
});

describe('a page that the build has listed', () => {
  const listed = (path: string, role: string | null, name: string) => ({
    path,
    role,
    module: name,
    scripts: [`/panel/assets/${name}.js`],
    styles: [`/panel/assets/${name}.css`],
  });
  async function buildList(): Promise<void> {
    await build();
    const pages = [listed('/', 'model', 'mood'), listed('/', 'admin', 'overview'), listed('/templates/:id', 'admin', 'template')];
    await writeFile(path.join(folder, 'dist/index.html'), `<head></head>${page}`);
    await writeFile(path.join(folder, 'dist/pages.json'), JSON.stringify(pages));
  }
  const headOf = async (place: string) => /<head>(.*)<\/head>/.exec(await (await get(place)).text())?.[1] ?? '';

  test('comes with who asks and with its files, for them alone', async () => {
    await buildList();
    expect(await headOf('/')).toBe('');
    visitor = { role: 'admin', session: { name: '"><script>$&</script>' } };
    const head = await headOf('/templates/1/');
    expect(head).toContain('<link rel="stylesheet" crossorigin href="/panel/assets/template.css">');
    expect(head).toContain('<link rel="modulepreload" crossorigin href="/panel/assets/template.js">');
    const [, content = ''] = /<meta name="mood-visit" content="([^"]*)">/.exec(head) ?? [];
    expect(content).not.toContain('<');
    expect(JSON.parse(content.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&'))).toEqual({
      ...visitor,
      role: undefined,
      module: 'template',
    });
    visitor = { role: 'model', session: { name: null } };
    expect(await headOf('/')).toMatch(/mood\.js.*&quot;module&quot;:&quot;mood&quot;/);
    expect(await headOf('/templates/1')).toMatch(/^<meta [^>]*&quot;module&quot;:null\}">$/);
  });

  test('is there; what is no page for anybody is not, and looks like the others', async () => {
    await buildList();
    const statusOf = async (place: string) => (await get(place)).status;
    expect(await Promise.all(['/', '/index.html', '/templates/1', '/TEMPLATES/x/'].map(statusOf))).toEqual([200, 200, 200, 200]);
    expect(await Promise.all(['/templates', '/templates/1/2', '/nothing', '/pages.json'].map(statusOf))).toEqual([404, 404, 404, 404]);
    expect(await (await get('/nothing')).text()).toContain('<link rel="stylesheet" nonce=');
  });
});

describe('a file', () => {
  test('with a name of its content is kept for a year, and comes compressed', async () => {
    await build();
    const plain = await get('/assets/a-1.js');
    expect(Object.fromEntries(plain.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
    });
    expect(await plain.text()).toBe(script);
    for (const [coding, open] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const answer = await get('/assets/a-1.js', { 'accept-encoding': coding });
      expect(answer.headers.get('content-encoding')).toBe(coding);
      expect(open(Buffer.from(await answer.arrayBuffer())).toString()).toBe(script);
      const etag = answer.headers.get('etag') ?? '';
      expect((await get('/assets/a-1.js', { 'accept-encoding': coding, 'if-none-match': etag })).status).toBe(304);
    }
  });

  test('with a name that stays is asked for each time', async () => {
    await build();
    const answer = await get('/icon.svg');
    expect([answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual(['image/svg+xml; charset=utf-8', 'no-cache']);
    expect((await get('/icon.svg', { 'if-none-match': answer.headers.get('etag') ?? '' })).status).toBe(304);
  });

  test('of another build is not there, and none outside the folder is', async () => {
    await build();
    expect((await get('/assets/b-2.js')).status).toBe(404);
    for (const place of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt']) {
      expect([place, (await (await get(place)).text()).includes('secret')]).toEqual([place, false]);
    }
  });
});

test('what was not built yet is said, and is there as soon as it is', async () => {
  expect([(await get('/')).status, (await get('/assets/a-1.js')).status]).toEqual([503, 503]);
  await build();
  expect([(await get('/')).status, (await get('/assets/a-1.js')).status]).toEqual([200, 200]);
  await rm(path.join(folder, 'dist'), { recursive: true });
  expect((await get('/assets/a-1.js')).status).toBe(200);
});
