import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { serveConstant } from './constant.ts';

const text = 'The same for everybody. '.repeat(200);
let made: number;
let app: Hono;
beforeEach(() => {
  made = 0;
  app = new Hono();
  app.onError((error, c) => c.text(error.message, 500));
  app.get(
    '/long',
    serveConstant(() => {
      made += 1;
      return { body: text, type: 'text/plain; charset=utf-8', headers: { 'Content-Security-Policy': "default-src 'none'" } };
    }),
  );
  app.get(
    '/short',
    serveConstant(async () => ({ body: 'short', type: 'text/plain; charset=utf-8', cacheControl: 'no-store' })),
  );
  let attempts = 0;
  app.get(
    '/flaky',
    serveConstant(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('not this time');
      return { body: 'there', type: 'text/plain; charset=utf-8' };
    }),
  );
});

const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> => app.request(path, { headers });

describe('what is constant', () => {
  test('is made once, whoever asks, and however many at once', async () => {
    expect(made).toBe(0);
    const accepted = ['br', 'gzip', 'identity', 'br', 'gzip, br'];
    await Promise.all(accepted.map((encoding) => get('/long', { 'accept-encoding': encoding })));
    expect(made).toBe(1);
  });

  test.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['gzip;q=1.0, br;q=0.1', 'br'],
    ['br;q=0', 'identity'],
    ['br;q=0, gzip', 'gzip'],
    ['BR', 'br'],
    ['*', 'br'],
    ['deflate, zstd', 'identity'],
    ['*;q=0', 'identity'],
    ['br;;;, =', 'br'],
  ])('is compressed as the client takes it (%s)', async (accepted, encoding) => {
    const answer = await get('/long', accepted === undefined ? {} : { 'accept-encoding': accepted });
    expect([answer.status, answer.headers.get('content-encoding') ?? 'identity']).toEqual([200, encoding]);
    expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'");
    const bytes = Buffer.from(await answer.arrayBuffer());
    const plain = { br: brotliDecompressSync, gzip: gunzipSync, identity: (same: Buffer) => same }[encoding];
    expect(plain?.(bytes).toString()).toBe(text);
  });

  test('has another ETag in each encoding', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', ''].map(async (how) => (await get('/long', { 'accept-encoding': how })).headers.get('etag')),
    );
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/);
  });

  test.each<[string, (etag: string) => string, number]>([
    ['the ETag', (etag) => etag, 304],
    ['it among others', (etag) => `"other", ${etag} , "more"`, 304],
    ['it, weakly', (etag) => `W/${etag}`, 304],
    ['anything', () => '*', 304],
    ['another', () => '"other"', 200],
    ['it without quotes', (etag) => etag.slice(1, -1), 200],
    ['nothing', () => '', 200],
    ['part of it', (etag) => `${etag.slice(0, 5)}"`, 200],
  ])('is not sent again to a client that names %s', async (_, name, status) => {
    const etag = (await get('/long', { 'accept-encoding': 'br' })).headers.get('etag') ?? '';
    const answer = await get('/long', { 'accept-encoding': 'br', 'if-none-match': name(etag) });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('etag')).toBe(etag);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect((await answer.arrayBuffer()).byteLength > 0).toBe(status === 200);
  });

  test('is sent as it is when it is short', async () => {
    const answer = await get('/short', { 'accept-encoding': 'br' });
    expect([answer.headers.get('content-encoding'), answer.headers.get('cache-control'), await answer.text()]).toEqual([
      null,
      'no-store',
      'short',
    ]);
  });

  test('is made again when that failed', async () => {
    expect((await get('/flaky')).status).toBe(500);
    expect(await (await get('/flaky')).text()).toBe('there');
  });
});
