import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTHeaderParameters } from 'jose';

export const algorithms = ['EdDSA', 'ES256', 'RS256'] as const;
type Algorithm = (typeof algorithms)[number];

interface KeyPair {
  privateKey: CryptoKey;
  /** As the key set shows it. */
  jwk: JWK;
  pem: string;
}

export interface TokenChanges {
  header?: Partial<JWTHeaderParameters>;
  /** In seconds where they are times. `undefined` leaves a claim out. */
  claims?: Record<string, unknown>;
  /** What it is signed with. Default: the key that the header's algorithm has in the key set. */
  key?: CryptoKey | Uint8Array;
}

/** An auth service that signs whatever a test wants, also what a right-minded one never would. */
export interface TestAuthService {
  readonly url: string;
  readonly keys: Readonly<Record<Algorithm, KeyPair>>;
  /** A user's good token, but for the changes. */
  sign(changes?: TokenChanges): Promise<string>;
  revoke(token: string): void;
  /** Signs with a new key of a new id from now on, and shows no other of that algorithm. @returns how to sign with it. */
  rotate(): Promise<(claims?: Record<string, unknown>) => Promise<string>>;
  /** Answers with this instead of the key set; undefined: with the key set again. */
  showKeys(document: unknown): void;
  /** Answers questions about sessions with this; undefined: truthfully again. */
  showSession(document: unknown): void;
  /** How often it was asked for the key set. */
  keyRequests(): number;
  /** How often it was asked about a session. */
  introspections(): number;
  /** Decides about the next session at once, and answers when told to. */
  holdNextAnswer(): { decided: Promise<void>; release: () => void };
  stop(): Promise<void>;
}

async function createKeyPair(algorithm: Algorithm): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: `key-${algorithm}`, alg: algorithm, use: 'sig' };
  return { privateKey, jwk, pem: await exportSPKI(publicKey) };
}

/** Serves a key set and introspection (RFC 7662) on a free port of this host. */
export async function startAuthService(): Promise<TestAuthService> {
  const [EdDSA, ES256, RS256] = await Promise.all([createKeyPair('EdDSA'), createKeyPair('ES256'), createKeyPair('RS256')]);
  const keys = { EdDSA, ES256, RS256 };
  const revoked = new Set<string>();
  let introspections = 0;
  let keyRequests = 0;
  let keyDocument: unknown;
  let sessionDocument: unknown;
  let hold: { decided: () => void; released: Promise<void> } | undefined;

  async function answer(request: IncomingMessage): Promise<unknown> {
    if (request.url === '/.well-known/jwks.json') {
      keyRequests++;
      return keyDocument === undefined ? { keys: Object.values(keys).map(({ jwk }) => jwk) } : keyDocument;
    }
    introspections++;
    if (sessionDocument !== undefined) return sessionDocument;
    const active = !revoked.has(new URLSearchParams(await text(request)).get('token') ?? '');
    const held = hold;
    hold = undefined;
    held?.decided();
    await held?.released;
    return { active };
  }

  const server = createServer((request, response) => {
    void answer(request).then((body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;

  const signer: TestAuthService = {
    url,
    keys,
    async rotate() {
      const kid = `rotated-${randomUUID()}`;
      const { privateKey, jwk } = await createKeyPair('EdDSA');
      keyDocument = { keys: [{ ...jwk, kid }, ES256.jwk, RS256.jwk] };
      return (claims = {}) => signer.sign({ header: { kid }, claims, key: privateKey });
    },
    showKeys: (document) => void (keyDocument = document),
    showSession: (document) => void (sessionDocument = document),
    keyRequests: () => keyRequests,
    sign({ header = {}, claims = {}, key } = {}) {
      const alg = header.alg ?? 'EdDSA';
      const pair = Object.entries(keys).find(([name]) => name === alg)?.[1] ?? EdDSA;
      const now = Math.floor(Date.now() / 1_000);
      const good = {
        iss: url,
        aud: 'mood-messaging',
        sub: randomUUID(),
        role: 'user',
        iat: now,
        nbf: now,
        exp: now + 600,
        jti: randomUUID(),
      };
      return new SignJWT({ ...good, ...claims })
        .setProtectedHeader({ alg, kid: pair.jwk.kid ?? '', typ: 'at+jwt', ...header })
        .sign(key ?? pair.privateKey);
    },
    revoke: (token) => void revoked.add(token),
    introspections: () => introspections,
    holdNextAnswer() {
      const decided = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      hold = { decided: decided.resolve, released: released.promise };
      return { decided: decided.promise, release: released.resolve };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return signer;
}
