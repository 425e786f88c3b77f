import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createMetricsRegistry, createOpsServer, livez, usualTurnBounds } from '@mood/runtime';
import { createCapturedLog } from '@mood/testing/captured-log';
import type { Service } from '@mood/runtime';
import type { LogLine } from '@mood/testing/captured-log';
import { Hono } from 'hono';
import { eventually } from '@mood/testing/eventually';
import { getRequest, openRawConnection } from '@mood/testing/raw-connection';
import { createRefusalPages } from '../panel/no-such-page.ts';
import { createHttpServer } from './server.ts';

/** For what is about time alone: on a busy machine a connection can be older than this before its first byte is looked at. */
const impatient = { headers: 2_000, request: 3_000, keepAlive: 2_000, silence: 5_000, checkEvery: 50 };
const log = createCapturedLog();
/** Requests that got to `/told`. */
let told = 0;

/** The two servers of a process, which answer in one form, and the API's once more, with little patience. */
const servers: Record<string, { service: Service; port: number; headers: string[] }> = {};

const portOf = (message: string): number => {
  const line = log.lines.findLast(({ msg }) => msg === message);
  return Number(Reflect.get(Object(line?.['address']), 'port'));
};

beforeAll(async () => {
  const app = new Hono();
  app.get('/livez', (c) => c.text('alive'));
  app.get('/slow', async (c) => {
    await new Promise((resolve) => setImmediate(resolve));
    return c.text('slow');
  });
  app.use('/told', async (c) => {
    told += 1;
    return c.text('told');
  });
  app.post('/body', async (c) => c.text(await c.req.text()));
  const local = { port: 0, host: '127.0.0.1', logger: log.logger };
  const api = createHttpServer(app, { ...local, refusalPages: await createRefusalPages() });
  const hasty = createHttpServer(app, { ...local, timeouts: impatient });
  const pages = { '/livez': livez, '/held': () => new Promise<never>(() => {}) };
  const ops = createOpsServer({ ...local, registry: createMetricsRegistry(), pages });
  await ops.start();
  const securityHeaders = ['content-security-policy', 'x-frame-options', 'referrer-policy', 'x-content-type-options', 'cache-control'];
  for (const [name, service] of Object.entries({ api, hasty })) {
    await service.start();
    servers[name] = { service, port: portOf('listening'), headers: securityHeaders };
  }
  servers['ops'] = { service: ops, port: portOf('listening for operations'), headers: ['x-content-type-options', 'cache-control'] };
});
afterAll(async () => {
  for (const { service } of Object.values(servers)) await service.stop();
});
afterEach(() => {
  log.lines.length = 0;
});

/** Sends bytes, and reads until the connection is closed. */
async function send(server: string, bytes: string): Promise<string> {
  const socket = connect({ port: servers[server]?.port ?? 0, host: '127.0.0.1' });
  socket.on('error', () => {});
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.write(bytes, 'latin1');
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return text;
}

interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** The last answer in what came back. */
function parse(text: string): Answer {
  const [head = '', body = ''] = text.slice(text.lastIndexOf('HTTP/1.1 ')).split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
  return { status: Number(first.split(' ')[1]), headers, body };
}

const request = (line: string, ...headers: string[]) => [line, 'Host: api', 'Connection: close', ...headers, '', ''].join('\r\n');
const many = Array.from({ length: 101 }, (_, n) => `X-${n}: a`);

const refused: [string, string, number][] = [
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['an old HTTP', 'GET /livez\r\n\r\n', 400],
  ['a version that there is not', 'GET /livez HTTP/9.9\r\nHost: api\r\n\r\n', 400],
  ['HTTP/0.9 in its first line', 'GET /livez HTTP/0.9\r\nHost: api\r\n\r\n', 400],
  ['HTTP/2.0 in its first line', request('GET /livez HTTP/2.0'), 400],
  ['HTTP/2.0 and a body in chunks', `${request('POST /body HTTP/2.0', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
  ['chunks in HTTP/1.0', `${request('POST /body HTTP/1.0', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
  [
    'chunks in HTTP/1.0 on a connection that is kept',
    'POST /body HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['a compressed transfer coding', `${request('POST /body HTTP/1.1', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`, 400],
  ['chunks in chunks', `${request('POST /body HTTP/1.1', 'Transfer-Encoding: chunked, chunked')}0\r\n\r\n`, 400],
  [
    'two transfer codings in two headers',
    `${request('POST /body HTTP/1.1', 'Transfer-Encoding: identity', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    400,
  ],
  ['an empty transfer coding', `${request('POST /body HTTP/1.1', 'Transfer-Encoding: , chunked')}0\r\n\r\n`, 400],
  ['a header without a name', 'GET /livez HTTP/1.1\r\nHost: api\r\n: x\r\n\r\n', 400],
  ['a blank before the colon', 'GET /livez HTTP/1.1\r\nHost : api\r\n\r\n', 400],
  ['a folded header', 'GET /livez HTTP/1.1\r\nHost: api\r\nX: a\r\n b\r\n\r\n', 400],
  ['a NUL in a header', 'GET /livez HTTP/1.1\r\nHost: api\r\nX: a\0b\r\n\r\n', 400],
  ['two lengths', request('POST /body HTTP/1.1', 'Content-Length: 1', 'Content-Length: 2'), 400],
  ['a length that is none', request('POST /body HTTP/1.1', 'Content-Length: x'), 400],
  ['a length and chunks', `${request('POST /body HTTP/1.1', 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`, 400],
  ['headers of 17 KiB', request('GET /livez HTTP/1.1', `X: ${'a'.repeat(17_000)}`), 431],
  ['a URL of 17 KiB', request(`GET /${'a'.repeat(17_000)} HTTP/1.1`), 431],
  ['101 headers', request('GET /livez HTTP/1.1', ...many), 431],
  ['headers that never end', 'GET /livez HTTP/1.1\r\nHost: api\r\nX:', 408],
  ['an expectation', request('GET /livez HTTP/1.1', 'Expect: 200-ok'), 417],
  ['no Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['two Hosts', request('GET /livez HTTP/1.1', 'Host: other'), 400],
  ['the same Host twice', request('GET /livez HTTP/1.1', 'host: api'), 400],
  ['two Hosts and HTTP/1.0', request('GET /livez HTTP/1.0', 'Host: other'), 400],
  ['a Host with a path', 'GET /livez HTTP/1.1\r\nHost: api/x\r\n\r\n', 400],
  ['a Host with a user', 'GET /livez HTTP/1.1\r\nHost: me@api\r\n\r\n', 400],
  ['a list for a Host', 'GET /livez HTTP/1.1\r\nHost: api, other\r\n\r\n', 400],
  ['an empty Host', 'GET /livez HTTP/1.1\r\nHost:\r\n\r\n', 400],
  ['a port that there is not', 'GET /livez HTTP/1.1\r\nHost: api:99999\r\n\r\n', 400],
  ['a path that goes back', request('GET /docs/../livez HTTP/1.1'), 400],
  ['an escaped letter', request('GET /%6civez HTTP/1.1'), 400],
  ['an absolute URL of another host', request('GET http://other/livez HTTP/1.1'), 400],
  ['an absolute URL of another port', request('GET http://api:81/livez HTTP/1.1'), 400],
  ['an absolute URL with a user', request('GET http://me@api/livez HTTP/1.1'), 400],
  ['an absolute URL with a password', request('GET http://me:secret@api/livez HTTP/1.1'), 400],
  ['an absolute URL without a host', request('GET http:///livez HTTP/1.1'), 400],
  ['an absolute URL of a host that is none', 'GET http://a,b/livez HTTP/1.0\r\n\r\n', 400],
  ['an absolute URL that ends its host with a backslash', request('GET http://api\\livez HTTP/1.1'), 400],
  ['an absolute URL of another scheme', request('GET ftp://api/livez HTTP/1.1'), 400],
  ['an absolute URL whose path goes back', request('GET http://api/docs/../livez HTTP/1.1'), 400],
  ['an absolute URL with a fragment', request('GET http://api/livez#a HTTP/1.1'), 400],
  ['an absolute URL and no Host', 'GET http://api/livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ['two slashes', request('GET //livez HTTP/1.1'), 400],
  ['a backslash', request('GET /x\\..\\livez HTTP/1.1'), 400],
  ['bytes that are no ASCII in its path', request('GET /\xc3\xbc HTTP/1.1'), 400],
  ['all of the server', request('OPTIONS * HTTP/1.1'), 400],
  ['CONNECT', request('CONNECT api:443 HTTP/1.1'), 405],
  ['a method that nobody knows', request('BREW /livez HTTP/1.1'), 405],
];

describe.each(['api', 'ops'])('at the %s server, a request with', (name) => {
  // The times of the operations' server are longer.
  test.each(refused.filter(([, , status]) => name === 'api' || status !== 408))(
    '%s has an answer like all others',
    async (_what, bytes, status) => {
      const server = status === 408 ? 'hasty' : name;
      const { headers, body, status: answered } = parse(await send(server, bytes));
      expect(answered).toBe(status);
      expect(JSON.parse(body)).toEqual({ error: 'INVALID_REQUEST', message: expect.stringMatching(/^[A-Z].*\.$/) });
      expect(headers.get('content-type')).toBe('application/json');
      expect(headers.get('connection')).toBe('close');
      expect(headers.has('allow')).toBe(status === 405);
      for (const name of servers[server]?.headers ?? []) expect([name, headers.has(name)]).toEqual([name, true]);
      const requestId = headers.get('x-request-id');
      expect(requestId).toMatch(/^[\da-f-]{36}$/);
      const told = log.lines.filter((line: LogLine) => line['requestId'] === requestId);
      expect(told).toEqual([expect.objectContaining({ status, errorCode: 'INVALID_REQUEST', msg: 'request refused' })]);
    },
  );

  test.each([
    'GET http://api/livez HTTP/1.1',
    'GET HTTP://API/livez HTTP/1.1',
    'GET http://api:80/livez HTTP/1.1',
    'GET https://api/livez HTTP/1.1',
    'GET https://api:443/livez?a=b HTTP/1.1',
    'HEAD http://api/livez HTTP/1.1',
  ])('an absolute URL of its Host is answered like the path alone (%s)', async (line) => {
    expect(parse(await send(name, request(line))).status).toBe(200);
  });

  test('an absolute URL without a path asks for the root', async () => {
    const [asked, plain] = await Promise.all(
      ['http://api', '/'].map(async (target) => parse(await send(name, request(`GET ${target} HTTP/1.1`)))),
    );
    expect([asked?.status, asked?.body]).toEqual([plain?.status, plain?.body]);
  });

  test('HTTP/1.0 and no Host is answered', async () => {
    for (const bytes of ['GET /livez HTTP/1.0\r\n\r\n', 'HEAD /livez HTTP/1.0\r\n\r\n', 'GET http://api/livez HTTP/1.0\r\n\r\n']) {
      expect(parse(await send(name, bytes)).status).toBe(200);
    }
  });

  test.each(['api', 'API.example:80', '127.0.0.1:3000', '[::1]:3000', 'mood_api', 'api.'])('the Host %s is answered', async (host) => {
    expect(parse(await send(name, `GET /livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).status).toBe(200);
  });
});

const forPeople = 'Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';

test.each(['/panel/%', '/panel/%zz?a=b', '/panel//audit', '/panel/audit/../flags', '/panel/%61udit', '/panel?a=%'])(
  'who has typed %s is shown that there is no such page, and a program is told in JSON',
  async (path) => {
    const page = parse(await send('api', request(`GET ${path} HTTP/1.1`, forPeople)));
    expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=UTF-8']);
    expect(page.body).toContain('<h1>There is no such page</h1>');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/);
    for (const name of servers['api']?.headers ?? []) expect([name, page.headers.has(name)]).toEqual([name, true]);
    const program = parse(await send('api', request(`GET ${path} HTTP/1.1`, 'Accept: application/json')));
    expect([program.status, JSON.parse(program.body).error]).toEqual([400, 'INVALID_REQUEST']);
  },
);

test.each(['/panel/api/v1/%', '/panelled/%', '/%'])(
  'what is no page of the panel, such as %s, is answered in JSON to all',
  async (path) => {
    const { headers, body } = parse(await send('api', request(`GET ${path} HTTP/1.1`, forPeople)));
    expect([headers.get('content-type'), JSON.parse(body).error]).toEqual(['application/json', 'INVALID_REQUEST']);
  },
);

test('a body that breaks its own form is refused, and so is one that does not come', async () => {
  const chunked = ['POST /body HTTP/1.1', 'Host: api', 'Transfer-Encoding: chunked', '', ''].join('\r\n');
  expect(parse(await send('api', `${chunked}zz\r\n`))).toMatchObject({ status: 400, body: expect.stringContaining('INVALID_REQUEST') });
  expect(parse(await send('api', `${chunked}1;${'x'.repeat(20_000)}\r\n`)).status).toBe(413);
  expect(parse(await send('hasty', request('POST /body HTTP/1.1', 'Content-Length: 5'))).status).toBe(408);
});

test('a refusal does not overtake the answer to an earlier request of its connection', async () => {
  const text = await send('api', 'GET /slow HTTP/1.1\r\nHost: api\r\n\r\nGET /livez HTTP/1.1\r\nHost : api\r\n\r\n');
  expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  expect(text).toContain('slow');
});

const slow = 'GET /slow HTTP/1.1\r\nHost: api\r\n\r\n';
const toTold = 'POST /told HTTP/1.1\r\nHost: api\r\nContent-Length: 0\r\n\r\n';

test.each<[string, string, number[]]>([
  ['a path that goes back', 'GET /a/../b HTTP/1.1\r\nHost: api\r\n\r\n', [400]],
  ['two Hosts', 'GET /livez HTTP/1.1\r\nHost: api\r\nHost: api\r\n\r\n', [400]],
  ['no Host', 'GET /livez HTTP/1.1\r\n\r\n', [400]],
  ['an expectation', 'GET /livez HTTP/1.1\r\nHost: api\r\nExpect: 200-ok\r\n\r\n', [417]],
  ['CONNECT', 'CONNECT api:443 HTTP/1.1\r\nHost: api\r\n\r\n', [405]],
  ['a refused one with a body', 'POST /a//b HTTP/1.1\r\nHost: api\r\nContent-Length: 3\r\n\r\nabc', [400]],
  ['the last one that its client wants', 'GET /slow HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n', [200]],
  ['one of HTTP/1.0', 'GET /slow HTTP/1.0\r\n\r\n', [200]],
])('nothing that stands behind %s on its connection is done, whatever stands before', async (_what, last, statuses) => {
  told = 0;
  for (const [before, expected] of [
    ['', statuses],
    [slow, [200, ...statuses]],
    [slow + slow, [200, 200, ...statuses]],
  ] as const) {
    const text = await send('api', before + last + toTold.repeat(3));
    expect(Array.from(text.matchAll(/HTTP\/1.1 (\d+)/g), ([, status]) => Number(status))).toEqual(expected);
  }
  expect(told).toBe(0);
  // A connection that nobody ends goes on.
  const text = await send('api', slow + toTold + request('GET /slow HTTP/1.1'));
  expect([told, text.match(/HTTP\/1.1 200/g)?.length]).toEqual([1, 3]);
});

test.each(['api', 'ops'])(
  'the %s server begins the requests of a connection in their order, up to the last that its client wants',
  async (server) => {
    const { port = 0 } = servers[server] ?? {};
    const connection = await openRawConnection(`http://127.0.0.1:${port}`);
    const count = 40;
    connection.send(getRequest('/livez').repeat(count - 1) + request('GET /livez HTTP/1.1') + getRequest('/livez').repeat(5));
    const text = await connection.readUntil((so) => (so.match(/HTTP\/1.1 200/g)?.length ?? 0) === count);
    await connection.closed;
    expect(text.match(/HTTP\/1.1 /g)).toHaveLength(count);
  },
);

test('a connection to the ops server that sends more than is kept is cut off', async () => {
  const connection = await openRawConnection(`http://127.0.0.1:${servers['ops']?.port}`);
  connection.socket.resume();
  connection.send(getRequest('/held') + getRequest('/livez').repeat(usualTurnBounds.perConnection + 50));
  await connection.closed;
  expect(parse(await send('ops', request('GET /livez HTTP/1.1'))).status).toBe(200);
});

test('a client that goes away, or says nothing, is no line in the log', async () => {
  const { port = 0 } = servers['hasty'] ?? {};
  const socket = connect({ port, host: '127.0.0.1' });
  await new Promise<void>((resolve) => socket.write('GET /livez HTTP/1.1\r\nHo', () => resolve()));
  socket.resetAndDestroy();
  await send('hasty', '');
  await eventually(
    async () => parse(await send('hasty', request('GET /livez HTTP/1.1'))).status,
    (status) => status === 200,
  );
  expect(log.lines).toEqual([]);
});
