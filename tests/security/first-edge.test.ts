import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as plainRequest } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, Server } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCertificates } from '@mood/testing/certificates';
import type { Certificates } from '@mood/testing/certificates';
import { eventually } from '@mood/testing/eventually';
import { requireCommand } from '@mood/testing/find-command';
import { freePort } from '@mood/testing/free-port';
import { proxyConfiguration } from '../deployment/proxy-configuration.ts';

const frontProxy = '127.0.0.2';
/** What a client may write to be taken for somebody else. */
const claims: OutgoingHttpHeaders[] = [
  { 'x-forwarded-for': '6.6.6.6' },
  { 'X-FORWARDED-FOR': '6.6.6.6' },
  { 'x-forwarded-for': ['6.6.6.6', '7.7.7.7'] },
  { 'x-forwarded-for': '6.6.6.6, 172.30.240.2' },
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-forwarded-for': '2001:db8::6' },
  { 'x-forwarded-for': '[2001:db8::6]:4711' },
  { 'x-forwarded-for': '6.6.6.6:4711' },
  { 'x-forwarded-for': 'unknown' },
  { 'x-forwarded-for': '' },
  { 'x-forwarded-for': ',,,' },
  { 'x-forwarded-for': Array.from({ length: 40 }, (_, n) => `6.6.6.${n}`).join(', ') },
];

describe('the proxy, when it is the first edge', () => {
  let folder: string;
  let certificates: Certificates;
  let api: Server;
  let proxy: ChildProcess;
  let port: number;
  let tlsPort: number;
  let lastStrictTransport: string | undefined;

  /** What reaches an API of what a client sent. @param from the address that it comes from, of this host. */
  function send(headers: OutgoingHttpHeaders, from = '127.0.0.1', tls = false): Promise<IncomingHttpHeaders> {
    return new Promise((resolve, reject) => {
      const where = { host: '127.0.0.1', port: tls ? tlsPort : port, localAddress: from, headers, agent: false };
      const make = tls ? () => tlsRequest({ ...where, ca: readFileSync(certificates.ca) }) : () => plainRequest(where);
      make()
        .once('response', (answer) => {
          let text = '';
          lastStrictTransport = answer.headers['strict-transport-security'];
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.once('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${answer.statusCode}`))));
        })
        .once('error', reject)
        .end();
    });
  }

  beforeAll(async () => {
    certificates = await createCertificates();
    folder = await mkdtemp(path.join(tmpdir(), 'mood-edge-'));
    api = createServer((request, response) => response.end(JSON.stringify(request.headers)));
    const apiPort = await freePort();
    await new Promise<void>((resolve) => void api.listen(apiPort, '127.0.0.1', resolve));
    [port, tlsPort] = [await freePort(), await freePort()];
    const pem = path.join(folder, 'tls.pem');
    await writeFile(pem, (await readFile(certificates.cert, 'utf8')) + (await readFile(certificates.key, 'utf8')));
    const file = path.join(folder, 'haproxy.cfg');
    await writeFile(file, proxyConfiguration(port, [{ port: apiPort, opsPort: apiPort }], tlsPort));
    const env = { FRONT_PROXY: frontProxy, TLS_CERTIFICATE: pem };
    proxy = spawn(requireCommand('haproxy'), ['-db', '-f', file], { stdio: 'ignore', env });
    await eventually(
      () => send({}).catch(() => null),
      (seen) => seen !== null,
      30_000,
    );
  });
  afterAll(async () => {
    proxy?.kill('SIGKILL');
    await new Promise((resolve) => api?.close(resolve));
    await certificates?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test.each(claims)('tells the API the address of the connection, whatever the client wrote: %j', async (headers) => {
    expect((await send(headers))['x-forwarded-for']).toBe('127.0.0.1');
    expect((await send(headers, '127.0.0.1', true))['x-forwarded-for']).toBe('127.0.0.1');
    expect((await send(headers, '127.0.0.9'))['x-forwarded-for']).toBe('127.0.0.9');
  });

  test('keeps what the proxy in front of it wrote, and adds that proxy', async () => {
    expect((await send({ 'x-forwarded-for': '198.51.100.7' }, frontProxy))['x-forwarded-for']).toBe(`198.51.100.7, ${frontProxy}`);
    expect((await send({ 'x-forwarded-proto': 'https' }, frontProxy))['x-forwarded-proto']).toBe('https');
  });

  test.each(['https', 'http', 'HTTPS', 'https,http', 'wss', ''])(
    'says itself whether a request came over TLS, not the client: %j',
    async (claim) => {
      expect((await send({ 'x-forwarded-proto': claim }))['x-forwarded-proto']).toBeUndefined();
      expect(lastStrictTransport).toBeUndefined();
      expect((await send({ 'x-forwarded-proto': claim }, '127.0.0.1', true))['x-forwarded-proto']).toBe('https');
      expect(lastStrictTransport).toBe('max-age=31536000; includeSubDomains');
    },
  );
});
