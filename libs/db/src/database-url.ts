import { accessSync, constants } from 'node:fs';
import { weakUrlPassword } from '@mood/runtime';
import { z } from 'zod';

const tlsFiles = ['sslrootcert', 'sslcert', 'sslkey'] as const;

/** A `postgres://` URL. The files that it names for TLS can be read: the driver opens them at each connection. */
export const databaseUrlSchema = z.url({ protocol: /^postgres(ql)?$/, error: 'expected a postgres:// URL' }).superRefine((url, context) => {
  // The check before this one has said it.
  if (!URL.canParse(url)) return;
  for (const name of tlsFiles) {
    const file = new URL(url).searchParams.get(name);
    if (file !== null && !isReadable(file)) context.addIssue(`the file of its ${name}, ${JSON.stringify(file)}, cannot be read`);
  }
});

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns why a URL is too weak for production: its password, or TLS that asks nobody for a certificate that it could trust. */
export function weakDatabaseUrl(url: string): string | undefined {
  const { searchParams } = new URL(url);
  const unverified =
    [searchParams.get('sslmode'), searchParams.get('ssl')].includes('no-verify') || searchParams.get('uselibpqcompat') === 'true';
  if (unverified) return 'it does not verify the certificate of the database; write sslmode=verify-full&sslrootcert=<file of the CA>';
  return weakUrlPassword(url);
}
