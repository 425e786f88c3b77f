import { X509Certificate } from 'node:crypto';
import { chmod, chown, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { must } from '../check.ts';
import type { Check, Context } from '../check.ts';
import { run } from '../command.ts';
import { createNetworkClient } from '../network-client.ts';
import { createPeople } from '../people.ts';
import type { People } from '../people.ts';
import { during } from '../traffic.ts';

const proxyUser = 99;

/** Chain and key in one file. Written into what is there: a container sees the file that it was started with. */
async function writeCertificate(system: Context['system'], name: string): Promise<string> {
  const [key, certificate] = ['key', 'crt'].map((end) => path.join(system.folder, `tls.${end}`));
  const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,IP:198.51.100.1,IP:2001:db8:a5::1'];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key ?? '', '-out', certificate ?? ''];
  await run('openssl', ['req', '-x509', '-days', '2', ...made, ...names]);
  const pem = await readFile(certificate ?? '', 'utf8');
  await writeFile(path.join(system.folder, 'secrets/tls.pem'), pem + (await readFile(key ?? '', 'utf8')));
  return pem;
}

/** The subject of the certificate that the proxy shows. */
function shownBy(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, timeout: 10_000 }, () => {
      resolve(new X509Certificate(socket.getPeerCertificate().raw).subject);
      socket.destroy();
    });
    socket.once('error', reject).once('timeout', () => socket.destroy(new Error('no answer')));
  });
}

/** The addresses that the audit log has for a model, newest first. */
async function auditedAddresses(system: Context['system'], people: People): Promise<string[]> {
  const admin = await people.platform.token('admin', undefined, { scope: 'audit:read' });
  const headers = { authorization: `Bearer ${admin}` };
  const answer = await fetch(`${system.url}/api/v1/admin/mood/audit?modelId=${people.modelId}&limit=10`, { headers });
  const body = JSON.parse(await answer.text());
  must(answer.status === 200, 'the audit log cannot be read', body);
  return body.entries.map((entry: { ipAddress: string }) => entry.ipAddress);
}

export const tls: Check = {
  name: 'TLS at the proxy: a key that it may not read, true addresses by IPv4 and IPv6, a new certificate',
  async run({ system }) {
    const pem = path.join(system.folder, 'secrets/tls.pem');
    await writeCertificate(system, 'first');
    await chmod(pem, 0o600);
    await chown(pem, 0, 0);
    await system.set({ COMPOSE_FILE: 'docker-compose.yml:ops/docker/tls.compose.yml' });
    const client = await createNetworkClient('moodtls');
    try {
      // A network gets IPv6 when it is made.
      await system.compose(['down', '--timeout', '20']);
      const refused = await system.shell('docker compose --progress plain up --detach --wait --wait-timeout 120');
      must(refused.code !== 0, 'it starts with a key that the proxy may not read');
      const said = await system.compose(['logs', '--no-color', 'proxy']);
      must(said.includes('secrets/tls.pem cannot be read by uid 99'), 'the proxy does not say what is wrong', said.slice(-1_000));
      await chown(pem, proxyUser, proxyUser);
      await chmod(pem, 0o400);
      await system.compose(['up', '--detach', '--wait', '--force-recreate', '--no-deps', 'proxy']);

      // The platform of before is gone, with all whom it knew.
      const people = await createPeople(system.url, system.platformUrl);
      const ca = path.join(system.folder, 'tls.crt');
      for (const by of [4, 6] as const) {
        const claim = ['--header', 'X-Forwarded-For: 6.6.6.6', '--header', `Authorization: Bearer ${people.token}`];
        const body = ['--json', JSON.stringify({ moodState: by === 4 ? 'positive' : 'negative' })];
        const { status, body: words } = await client.request(by, system.tlsPort, '/api/v1/mood/update', [
          '--cacert',
          ca,
          ...claim,
          ...body,
        ]);
        must(status === 200, `a change by IPv${by} is ${status}`, words);
        const [newest] = await auditedAddresses(system, people);
        const wanted = by === 4 ? client.v4 : client.v6;
        must(newest === wanted, `by IPv${by} the audit log has another address than ${wanted}`, newest);
      }

      const old = await shownBy(system.tlsPort);
      const reloaded = await during(
        (signal) => readOverTls(system, people, signal),
        async () => {
          await chmod(pem, 0o600);
          await writeCertificate(system, 'second');
          await chmod(pem, 0o400);
          await system.compose(['kill', '--signal', 'SIGUSR2', 'proxy']);
          await pause(8_000);
        },
      );
      const shown = await shownBy(system.tlsPort);
      must(old === 'CN=first' && shown === 'CN=second', 'the new certificate is not shown', [old, shown]);
      must(reloaded.failed === 0, `${reloaded.failed} of ${reloaded.sent} failed at the reload`, reloaded.failures);
      return `${client.v4} and ${client.v6} in the audit log; reload: ${reloaded.failed} of ${reloaded.sent} failed`;
    } finally {
      await client.remove();
      await system.set({ COMPOSE_FILE: 'docker-compose.yml' });
      await system.compose(['down', '--timeout', '20']);
      await rm(pem, { force: true });
      await system.compose(['up', '--detach', '--wait']);
    }
  },
};

/** A connection of its own for each, as it is with many clients. */
function readOverTls({ tlsPort }: Context['system'], { token, modelId }: People, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const where = { host: '127.0.0.1', port: tlsPort, path: `/api/v1/mood/${modelId}`, headers, agent: false, rejectUnauthorized: false };
    request({ ...where, signal }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}
