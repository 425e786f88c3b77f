import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { requireCommand } from './find-command.ts';

const run = promisify(execFile);

export interface Certificates {
  folder: string;
  /** Of the authority that signed the certificate. */
  ca: string;
  cert: string;
  key: string;
  /** Of an authority that signed nothing. */
  otherCa: string;
  otherKey: string;
  /** A certificate of the same authority, in another name. */
  strangerCert: string;
  strangerKey: string;
  remove(): Promise<void>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate for `localhost` and 127.0.0.1, and whatever could be taken for it. Made by openssl, as PEM files. @throws without openssl. */
export async function createCertificates(): Promise<Certificates> {
  const openssl = requireCommand('openssl');
  const folder = await mkdtemp(path.join(tmpdir(), 'mood-certificates-'));
  const file = (name: string) => path.join(folder, name);

  async function authority(name: string): Promise<void> {
    await run(openssl, [
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.crt`),
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    ]);
  }
  async function signed(name: string, names: string): Promise<void> {
    await run(openssl, ['req', ...newKey, '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`), '-subj', `/CN=${name}`]);
    await writeFile(file(`${name}.ext`), `subjectAltName=${names}\n`);
    const by = ['-CA', file('authority.crt'), '-CAkey', file('authority.key'), '-set_serial', name === 'server' ? '1' : '2'];
    await run(openssl, [
      'x509',
      '-req',
      '-in',
      file(`${name}.csr`),
      ...by,
      '-days',
      '2',
      '-extfile',
      file(`${name}.ext`),
      '-out',
      file(`${name}.crt`),
    ]);
  }

  await authority('authority');
  await authority('other');
  await signed('server', 'DNS:localhost,IP:127.0.0.1');
  await signed('stranger', 'DNS:stranger.example');
  return {
    folder,
    ca: file('authority.crt'),
    cert: file('server.crt'),
    key: file('server.key'),
    otherCa: file('other.crt'),
    otherKey: file('other.key'),
    strangerCert: file('stranger.crt'),
    strangerKey: file('stranger.key'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
