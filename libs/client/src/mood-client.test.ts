import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createMoodClient, MoodClientError } from './mood-client.ts';

const modelId = 'a0000000-0000-4000-8000-000000000001';
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

async function failureOf(call: Promise<unknown>): Promise<MoodClientError> {
  const error: unknown = await call.catch((caught: unknown) => caught);
  if (error instanceof MoodClientError) return error;
  throw new Error(`expected a MoodClientError, got ${String(error)}`);
}

describe('the client', () => {
  test('asks for a template by every criterion that is given, and no other', async () => {
    let seen: string | undefined;
    const found = { template: 'Hi {{userName}}', moodState: 'positive', variables: ['userName'] };
    const baseUrl = await serve((request, response) => {
      seen = `${request.method} ${request.url} ${request.headers.authorization}`;
      json(200, { ...found, more: 1 })(request, response);
    });
    const client = createMoodClient({ baseUrl: `${baseUrl}/`, token: async () => 'secret' });
    const request = { modelId, templateType: 'greeting', userTier: 'gold', userId: undefined, locale: 'fr-CA' } as const;
    expect(await client.getTemplate(request)).toEqual(found);
    expect(seen).toBe(`GET /api/v1/mood/template?modelId=${modelId}&templateType=greeting&userTier=gold&locale=fr-CA Bearer secret`);
  });

  test('has a message rendered', async () => {
    let body: unknown;
    const baseUrl = await serve((request, response) => {
      void (async () => {
        body = JSON.parse(await text(request));
        json(200, { renderedMessage: 'Thanks for $50', moodState: 'neutral' })(request, response);
      })();
    });
    const request = { modelId, templateType: 'tip_thank_you', variables: { amount: 50 } } as const;
    const rendered = await createMoodClient({ baseUrl, token: 't' }).renderTemplate(request);
    expect(rendered).toEqual({ renderedMessage: 'Thanks for $50', moodState: 'neutral' });
    expect(body).toEqual(request);
  });

  test('passes on why it was refused', async () => {
    const baseUrl = await serve(json(422, { error: 'TEMPLATE_RENDER_FAILED', message: 'amount is missing' }));
    const error = await failureOf(createMoodClient({ baseUrl, token: 't' }).getTemplate({ modelId, templateType: 'greeting' }));
    expect([error.status, error.code, error.message]).toEqual([422, 'TEMPLATE_RENDER_FAILED', 'amount is missing']);
  });

  test.each([
    ['no JSON', 200, 'no JSON'],
    ['another shape', 200, JSON.stringify({ template: 1 })],
    ['a page of a proxy', 502, '<html></html>'],
  ])('does not take %s for an answer', async (_name, status, sent) => {
    const baseUrl = await serve((_request, response) => void response.writeHead(status).end(sent));
    const error = await failureOf(createMoodClient({ baseUrl, token: 't' }).getTemplate({ modelId, templateType: 'greeting' }));
    expect([error.status, error.code]).toEqual([status, 'SYSTEM_ERROR']);
  });

  test('follows nobody elsewhere, gives up in time, and says so when there is nobody', async () => {
    const request = { modelId, templateType: 'greeting' } as const;
    const baseUrl = await serve((_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    expect(await failureOf(createMoodClient({ baseUrl, token: 't' }).getTemplate(request))).toMatchObject({
      status: null,
      code: 'UNREACHABLE',
    });
    const hanging = await serve(() => {});
    const patient = createMoodClient({ baseUrl: hanging, token: 't', timeoutMs: 50 });
    expect((await failureOf(patient.getTemplate(request))).message).toBe('The mood system did not answer within 50 ms.');
    const nobody = createMoodClient({ baseUrl: 'http://127.0.0.1:1', token: 't' });
    expect(await failureOf(nobody.getTemplate(request))).toMatchObject({
      code: 'UNREACHABLE',
      message: 'The mood system cannot be reached.',
    });
  });

  test('without a token asks nobody, says so, and quotes none', async () => {
    let asked = 0;
    const baseUrl = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    const request = { modelId, templateType: 'greeting' } as const;
    const down = () => Promise.reject(new Error('the auth service is down'));
    const unissued = await failureOf(createMoodClient({ baseUrl, token: down }).getTemplate(request));
    expect(unissued).toMatchObject({ status: null, code: 'TOKEN_UNAVAILABLE', cause: new Error('the auth service is down') });
    const broken = await failureOf(createMoodClient({ baseUrl, token: 'se\ncret' }).getTemplate(request));
    expect([broken.code, broken.cause]).toEqual(['TOKEN_UNAVAILABLE', undefined]);
    expect(broken.message).not.toContain('cret');
    expect(asked).toBe(0);
  });
});
