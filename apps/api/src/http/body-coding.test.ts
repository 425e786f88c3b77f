import { describe, expect, test } from '@jest/globals';
import { createCapturedLog } from '@mood/testing/captured-log';
import { Hono } from 'hono';
import type { AuthEnv } from '../auth/guards.ts';
import { createErrorHandler } from './errors.ts';
import { readBody } from './fast/json-body.ts';

const app = new Hono<AuthEnv>();
app.onError(createErrorHandler(createCapturedLog().logger));
app.post('/', readBody, async (c) => c.json(await c.req.json()));

async function send(headers: [string, string][]): Promise<{ status: number; body: unknown }> {
  const answer = await app.request('/', { method: 'POST', headers, body: '{"a":"ü"}' });
  return { status: answer.status, body: await answer.json() };
}
const typed = (type: string): [string, string][] => [['Content-Type', type]];

describe('a body', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; Charset=Utf8',
    'application/json ; charset=utf-8',
    'APPLICATION/JSON',
    'Application/Json; CHARSET=UTF-8',
    'application/json; version=1; charset=utf-8',
  ])('of the type %s is read', async (type) => {
    expect(await send(typed(type))).toEqual({ status: 200, body: { a: 'ü' } });
  });

  test.each([
    'application/json; charset=iso-8859-1',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/json; charset=UTF-16LE',
    'application/json; charset=utf-7',
    'application/json; charset=us-ascii',
    'application/json; charset=windows-1252',
    'application/json; charset="utf-16"',
    'application/json; charset=',
    'application/json; charset',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset=utf-8, application/json',
    'application/json, text/plain',
    'application/json, application/json',
    'json',
    '/json',
    'application/',
    '; charset=utf-8',
  ])('of the type %s is 415', async (type) => {
    expect(await send(typed(type))).toEqual({ status: 415, body: { error: 'INVALID_REQUEST', message: expect.any(String) } });
  });

  test('with two types is 415', async () => {
    expect((await send([...typed('application/json'), ...typed('text/plain')])).status).toBe(415);
  });

  test.each(['identity', 'Identity', ' identity ', 'identity, identity'])('with the coding %s is read', async (coding) => {
    expect((await send([...typed('application/json'), ['Content-Encoding', coding]])).status).toBe(200);
  });

  test.each(['gzip', 'GZIP', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'gzip, identity', 'identity, br', 'aws-chunked', 'utf-8', '*'])(
    'with the coding %s is 415',
    async (coding) => {
      expect(await send([...typed('application/json'), ['Content-Encoding', coding]])).toEqual({
        status: 415,
        body: { error: 'INVALID_REQUEST', message: 'Send the body without a "Content-Encoding".' },
      });
    },
  );
});
