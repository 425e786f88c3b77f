import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey } from 'jose';
import { z } from 'zod';

export const signingAlgorithm = 'EdDSA';

/** The key pair as it is kept between starts. Secret: `d` is the private half. */
export const keptKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(1),
  d: z.string().min(1),
});
export type KeptKey = z.infer<typeof keptKey>;

/** What `GET /.well-known/jwks.json` shows. */
interface PublicJwk {
  kty: string;
  crv: string;
  x: string;
  kid: string;
  alg: string;
  use: 'sig';
}

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: PublicJwk;
  kept: KeptKey;
}

export async function createSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, {
    crv: 'Ed25519',
    extractable: true,
  });
  return openSigningKey(keptKey.parse(await exportJWK(privateKey)));
}

/** @throws when the kept key is not a usable Ed25519 pair. */
export async function openSigningKey(kept: KeptKey): Promise<SigningKey> {
  const { d: _private, ...publicHalf } = kept;
  const kid = await calculateJwkThumbprint(publicHalf);
  return {
    kid,
    privateKey: await importKey(kept),
    publicKey: await importKey(publicHalf),
    publicJwk: { ...publicHalf, kid, alg: signingAlgorithm, use: 'sig' },
    kept,
  };
}

async function importKey(jwk: Omit<KeptKey, 'd'>): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new TypeError('The signing key is not an asymmetric key');
  return key;
}
