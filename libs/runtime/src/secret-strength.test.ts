import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { weakKey, weakSecret, weakUrlPassword } from './secret-strength.ts';

describe('a secret', () => {
  test.each(['', 'short', 'x'.repeat(15)])('is too short (%j)', (secret) => {
    expect(weakSecret(secret)).toMatch(/shorter than 16 characters.*openssl rand -base64 32/);
  });

  test.each([
    'aaaaaaaaaaaaaaaaaaaa',
    'abababababababababab',
    'changeme-changeme-changeme',
    'CHANGE_ME_PLEASE1234',
    'password-password-123',
    'my-secret-token-here',
    'your-client-secret-here',
    'example-example-example',
    'test-test-test-test-test',
    'postgres_admin_root_1234',
    '12345678901234567890',
    'correct-horse-battery-staple',
    'qwertyuiop1234567890',
  ])('is an example (%s)', (secret) => {
    expect(weakSecret(secret)).toMatch(/example.*openssl/);
  });

  test('that is random is taken, however short it may be', () => {
    for (let i = 0; i < 2_000; i++) {
      expect(weakSecret(randomBytes(32).toString('base64'))).toBeUndefined();
      expect(weakSecret(randomBytes(12).toString('base64url'))).toBeUndefined();
      expect(weakSecret(randomBytes(16).toString('hex'))).toBeUndefined();
    }
  });
});

describe('the password of a URL', () => {
  test.each([
    'postgres://mood:postgres@db/mood',
    'postgres://mood:password@db/mood',
    'postgres://mood:changeme1234@db/mood',
    'postgres://mood:k8Zq2_x@db/mood',
    'postgres://mood:ch%61ngeme-admin@db/mood',
    'postgres://mood:f3Kd92_mVq81xLpA@db/mood?password=secret',
    'redis://default:redis@cache:6379',
  ])('is refused when it is short or known to everybody (%s)', (url) => {
    const weakness = weakUrlPassword(url);
    expect(weakness).toMatch(/^of its password, it is .*openssl/);
    expect(weakness).not.toContain('k8Zq2');
  });

  test.each([
    undefined,
    'postgres://db/mood',
    'postgres://mood@db/mood',
    'postgres://mood:@db/mood',
    'postgres://mood:f3Kd92_mVq81xLpA@db/mood',
    'postgres://mood:%E0%A4%A@db/mood9Zq',
  ])('is taken when it is good, or when something else says who connects (%s)', (url) => {
    expect(weakUrlPassword(url) ?? 'fine').toMatch(/^fine|shorter/);
  });
});

describe('a key', () => {
  test.each([
    ['of zeros', Buffer.alloc(32)],
    ['of one byte', Buffer.alloc(32, 7)],
    ['of eight bytes, four times', Buffer.from('f3a1990c5be2d748'.repeat(4), 'hex')],
    ['that counts up', Buffer.from(Array.from({ length: 32 }, (_, i) => i))],
    ['that counts down in threes', Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - 3 * i))],
    ['of a sentence', Buffer.from('the quick brown fox jumps over a')],
    ['of a word that is repeated', Buffer.from('mood-messaging-master-key-secret')],
    ['of hexadecimal digits', Buffer.from('0123456789abcdef0123456789abcdef')],
  ])('is refused: %s', (_, bytes) => {
    expect(bytes).toHaveLength(32);
    expect(weakKey(bytes)).toMatch(/it is|its bytes.*openssl/);
  });

  test('that is random is taken', () => {
    for (let i = 0; i < 5_000; i++) expect(weakKey(randomBytes(32))).toBeUndefined();
  });
});
