import { isIP } from 'node:net';

export interface Addresses {
  port: number;
  sandboxPort: number;
  databaseUrl: string;
  masterKeys: string;
  sessionKeys: string;
  /** Where the sandbox keeps its people and its signing key. */
  sandboxFile: string;
}

export const urlOf = (port: number) => `http://127.0.0.1:${port}`;

/** The environment of the processes. The sandbox takes the place of every service of the platform. */
export function environmentFor(addresses: Addresses, base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const sandbox = urlOf(addresses.sandboxPort);
  const host = base['HOST'];
  return {
    ...base,
    DATABASE_URL: addresses.databaseUrl,
    PORT: String(addresses.port),
    // Some shells export HOST as the name of the machine.
    HOST: host !== undefined && isIP(host) !== 0 ? host : '127.0.0.1',
    SANDBOX_PORT: String(addresses.sandboxPort),
    MOOD_API_URL: urlOf(addresses.port),
    SANDBOX_DATA_FILE: addresses.sandboxFile,
    AUTH_SERVICE_URL: sandbox,
    AUTH_ISSUER: sandbox,
    AUTH_AUDIENCE: 'mood-messaging',
    USER_SERVICE_URL: sandbox,
    PERFORMER_SERVICE_URL: sandbox,
    MESSAGE_SERVICE_URL: sandbox,
    ANALYTICS_SERVICE_URL: sandbox,
    AUDIT_MASTER_KEYS: addresses.masterKeys,
    SESSION_KEYS: addresses.sessionKeys,
    // The `_FILE` variants are cleared, because each value is given directly.
    DATABASE_URL_FILE: '',
    AUDIT_MASTER_KEYS_FILE: '',
    SESSION_KEYS_FILE: '',
    // The chat page of the sandbox shows badges, by either name of this machine.
    ALLOWED_ORIGINS: `${sandbox},http://localhost:${addresses.sandboxPort}`,
    MOOD_MODE: 'embedded',
  };
}
