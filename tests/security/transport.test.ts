import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectDatabase } from '@mood/db';
import { createEmbeddedPostgres } from '@mood/embedded-postgres';
import type { EmbeddedPostgres } from '@mood/embedded-postgres';
import { createLogger } from '@mood/runtime';
import { createCertificates } from '@mood/testing/certificates';
import type { Certificates } from '@mood/testing/certificates';
import { freePort } from '@mood/testing/free-port';
import { startNodeProcess } from '@mood/testing/process';
import type { NodeProcess } from '@mood/testing/process';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});
afterAll(() => certificates?.remove());

describe('the API with a certificate', () => {
  let stack: Stack;
  let port: number;
  let tlsApi: NodeProcess;
  beforeAll(async () => {
    stack = await startStack();
    port = await freePort();
    tlsApi = await startNodeProcess('apps/api/src/main.ts', {
      ...stack.env,
      PORT: String(port),
      TLS_CERT_FILE: certificates.cert,
      TLS_KEY_FILE: certificates.key,
    });
  });
  afterAll(async () => {
    await tlsApi?.stop();
    await stack?.stop();
  });

  /** Resolves with what openssl says about a handshake. */
  async function handshake(...args: string[]): Promise<{ code: number; output: string }> {
    const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', certificates.ca, ...args]);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stdin.end();
    const [code] = await once(child, 'close');
    return { code: Number(code), output };
  }

  test('speaks TLS 1.3', async () => {
    const { output } = await handshake('-tls1_3');
    expect(output).toMatch(/New, TLSv1\.3/);
    expect(output).toMatch(/Verify return code: 0 \(ok\)/);
  });

  test.each(['-tls1_2', '-tls1_1', '-tls1'])('speaks nothing older (%s)', async (version) => {
    const { code, output } = await handshake(version, '-cipher', 'ALL:@SECLEVEL=0');
    expect(code).not.toBe(0);
    expect(output).toMatch(/alert protocol version|no protocols available|Cipher is \(NONE\)/i);
  });

  /** `fetch` in a process that trusts this authority. */
  function fetchTrusting(ca: string, url: string): Promise<{ code: number; output: string }> {
    const program = `const r = await fetch(process.argv[1]); await r.text(); console.log(r.status, r.headers.get('strict-transport-security'))`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca };
    return new Promise((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', program, url], { env }, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
      });
    });
  }

  test('answers a client that trusts it, and has browsers insist on HTTPS', async () => {
    expect(await fetchTrusting(certificates.ca, `https://localhost:${port}/openapi.json`)).toEqual({
      code: 0,
      output: '200 max-age=31536000; includeSubDomains\n',
    });
  });

  test('is not believed by a client that does not', async () => {
    const { code, output } = await fetchTrusting(certificates.otherCa, `https://localhost:${port}/openapi.json`);
    expect(code).not.toBe(0);
    expect(output).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  test('answers nobody without TLS', async () => {
    await expect(fetch(`http://127.0.0.1:${port}/openapi.json`)).rejects.toThrow('fetch failed');
  });

  test('without one does not ask browsers for HTTPS', async () => {
    const { headers } = await fetch(`${stack.api.url}/openapi.json`);
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  test('serves its reference with a policy of its own, under which the page works', async () => {
    for (const path of ['/docs', '/docs/try-it.js', '/docs/style.css']) {
      const { status, headers } = await fetch(stack.api.url + path);
      expect([path, status, headers.get('content-security-policy')]).toEqual([path, 200, expect.stringContaining("script-src 'self'")]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    const { headers } = await fetch(`${stack.api.url}/openapi.json`);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  });

  describe('does not start, and says why in one line', () => {
    test.each<[what: string, files: () => Record<string, string>, line: RegExp]>([
      ['there is no key', () => ({ TLS_CERT_FILE: certificates.cert }), /^TLS_KEY_FILE is not set: TLS_CERT_FILE needs it$/m],
      ['there is no certificate', () => ({ TLS_KEY_FILE: certificates.key }), /^TLS_CERT_FILE is not set: TLS_KEY_FILE needs it$/m],
      [
        'the file is missing',
        () => ({ TLS_CERT_FILE: '/nowhere/cert.pem', TLS_KEY_FILE: certificates.key }),
        /^TLS_CERT_FILE is "\/nowhere\/cert\.pem": the file cannot be read \(ENOENT\)$/m,
      ],
      [
        'the certificate is none',
        () => ({ TLS_CERT_FILE: certificates.key, TLS_KEY_FILE: certificates.key }),
        /^TLS_CERT_FILE is ".*": it holds no PEM certificate$/m,
      ],
      [
        'the key is none',
        () => ({ TLS_CERT_FILE: certificates.cert, TLS_KEY_FILE: certificates.cert }),
        /^TLS_KEY_FILE is ".*": it holds no PEM private key without a passphrase$/m,
      ],
      [
        'the key is another’s',
        () => ({ TLS_CERT_FILE: certificates.cert, TLS_KEY_FILE: certificates.otherKey }),
        /^TLS_KEY_FILE is ".*": it is not the key of TLS_CERT_FILE$/m,
      ],
    ])('when %s', async (_, files, line) => {
      const start = startNodeProcess('apps/api/src/main.ts', { ...stack.env, PORT: String(await freePort()), ...files() });
      const refusal = await start.then(
        async (started) => {
          await started.stop();
          return 'it started';
        },
        (error: unknown) => String(error),
      );
      expect(refusal).toMatch(/ended with 1/);
      expect(refusal).toMatch(line);
      expect(refusal).not.toContain('PRIVATE KEY-----');
    });
  });
});

describe('the database over TLS', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mood-tls-'));
    const dataDir = path.join(folder, 'postgres');
    // Its owner has to own the key as well, and is known when it has been made.
    const plain = createEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
    await plain.start();
    await plain.stop();
    const { uid, gid } = await stat(path.join(dataDir, 'data'));
    for (const [from, name] of [
      [certificates.cert, 'server.crt'],
      [certificates.key, 'server.key'],
    ] as const) {
      const to = path.join(dataDir, 'data', name);
      await copyFile(from, to);
      await chmod(to, 0o600);
      await chown(to, uid, gid);
    }
    postgres = createEmbeddedPostgres({ dataDir, settings: { fsync: 'off', ssl: 'on' } });
    await postgres.start();
  });
  afterAll(async () => {
    await postgres?.stop('immediate');
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  /** How our processes connect. @returns whether the connection is encrypted. */
  async function connectVia(host: string, parameters: Record<string, string>): Promise<boolean> {
    const url = new URL(postgres.url('postgres'));
    url.hostname = host;
    url.search = new URLSearchParams(parameters).toString();
    const database = connectDatabase({
      databaseUrl: url.href,
      poolMax: 1,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
      applicationName: 'tls-test',
      logger: createLogger({ name: 'tls-test', level: 'silent' }),
    });
    try {
      const [row] = await database.query<{ ssl: boolean }>(
        { name: 'tls', text: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()' },
        [],
      );
      return row?.ssl === true;
    } finally {
      await database.close();
    }
  }

  test('is used when the URL asks for it, with the certificate verified', async () => {
    expect(await connectVia('localhost', { sslmode: 'verify-full', sslrootcert: certificates.ca })).toBe(true);
  });

  test('is not used when the URL does not ask for it', async () => {
    expect(await connectVia('localhost', {})).toBe(false);
  });

  test('is refused when the certificate is of an authority that we do not trust', async () => {
    await expect(connectVia('localhost', { sslmode: 'verify-full', sslrootcert: certificates.otherCa })).rejects.toThrow(
      /unable to verify|self.signed|certificate/i,
    );
    await expect(connectVia('localhost', { sslmode: 'verify-full' })).rejects.toThrow(/unable to verify|self.signed|certificate/i);
  });

  test('is refused when the certificate is in another name', async () => {
    await copyFile(certificates.strangerCert, path.join(folder, 'postgres/data/server.crt'));
    await copyFile(certificates.strangerKey, path.join(folder, 'postgres/data/server.key'));
    await postgres.stop();
    await postgres.start();
    await expect(connectVia('localhost', { sslmode: 'verify-full', sslrootcert: certificates.ca })).rejects.toThrow(
      /does not match certificate's altnames/,
    );
  });
});
