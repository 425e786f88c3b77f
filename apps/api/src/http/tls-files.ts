import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { errorCode, SettingsError } from '@mood/runtime';

/** A certificate chain and its private key, as PEM. */
export interface TlsFiles {
  cert: Buffer;
  key: Buffer;
}

/**
 * Reads what the API needs to speak HTTPS.
 * @returns undefined when no files are named.
 * @throws SettingsError when one cannot be read, is not what it should be, or they do not belong together.
 */
export function readTlsFiles(names: { tlsCertFile?: string | undefined; tlsKeyFile?: string | undefined }): TlsFiles | undefined {
  const { tlsCertFile, tlsKeyFile } = names;
  if (tlsCertFile === undefined || tlsKeyFile === undefined) return undefined;
  const cert = readPem('TLS_CERT_FILE', tlsCertFile);
  const key = readPem('TLS_KEY_FILE', tlsKeyFile);
  refuseUnless(() => new X509Certificate(cert), `TLS_CERT_FILE is "${tlsCertFile}": it holds no PEM certificate`);
  refuseUnless(() => createPrivateKey(key), `TLS_KEY_FILE is "${tlsKeyFile}": it holds no PEM private key without a passphrase`);
  refuseUnless(() => createSecureContext({ cert, key }), `TLS_KEY_FILE is "${tlsKeyFile}": it is not the key of TLS_CERT_FILE`);
  return { cert, key };
}

function readPem(env: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SettingsError(`${env} is "${file}": the file cannot be read (${errorCode(error) ?? 'unknown error'})`);
  }
}

function refuseUnless(check: () => unknown, problem: string): void {
  try {
    check();
  } catch {
    throw new SettingsError(problem);
  }
}
