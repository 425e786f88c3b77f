import { describe, expect, test } from '@jest/globals';
import { findClient, parseTrustedProxies } from './client-address.ts';

const proxies = parseTrustedProxies('10.0.0.0/8, 192.0.2.7, 2001:db8:1::/48, loopback');
const ipOf = (peer: string | undefined, forwarded?: string, trusted = proxies) => findClient(peer, forwarded, trusted).ip;

describe('where a request comes from', () => {
  test('is the peer of the connection, whatever the request says, when nobody is trusted', () => {
    expect(ipOf('203.0.113.5', '1.2.3.4', [])).toBe('203.0.113.5');
    expect(ipOf('127.0.0.1', '1.2.3.4', [])).toBe('127.0.0.1');
  });

  test('is the peer when the peer is not a trusted proxy', () => {
    expect(ipOf('203.0.113.5', '1.2.3.4')).toBe('203.0.113.5');
    expect(ipOf('192.0.2.8', '1.2.3.4')).toBe('192.0.2.8');
  });

  test.each([
    ['the one that the proxy names', '10.1.2.3', '1.2.3.4', '1.2.3.4'],
    ['the nearest that is not a proxy: the rest was written by the client', '10.1.2.3', '6.6.6.6, 1.2.3.4, 10.9.9.9, 192.0.2.7', '1.2.3.4'],
    ['the farthest when all are proxies', '127.0.0.1', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['the proxy itself when it names nobody', '10.1.2.3', undefined, '10.1.2.3'],
    ['the proxy itself when it names nobody in words', '10.1.2.3', '', '10.1.2.3'],
    ['the last that is known when the next is no address', '10.1.2.3', '1.2.3.4, unknown, 10.0.0.2', '10.0.0.2'],
    ['no address of another notation', '10.1.2.3', '0x7f.1', '10.1.2.3'],
    ['an address without its port', '10.1.2.3', '1.2.3.4:4711', '1.2.3.4'],
    ['an IPv6 address without its port', '2001:db8:1::9', '[2001:db8:2::5]:4711', '2001:db8:2::5'],
    ['an IPv4 address that is written as IPv6', '::ffff:10.1.2.3', '::ffff:1.2.3.4', '1.2.3.4'],
    ['an IPv6 address without its zone', '::1', 'fe80::1%eth0', 'fe80::1'],
  ])('is %s', (_, peer, forwarded, ip) => {
    expect(ipOf(peer, forwarded)).toBe(ip);
  });

  test('is nowhere when there is no connection', () => {
    expect(findClient(undefined, '1.2.3.4', proxies)).toEqual({ ip: undefined, limitKey: 'unknown' });
  });
});

describe('whom a limit counts', () => {
  const keyOf = (peer: string) => findClient(peer, undefined, []).limitKey;

  test('is an IPv4 address, and the /64 of an IPv6 address', () => {
    expect(keyOf('203.0.113.5')).toBe('203.0.113.5');
    expect(keyOf('::ffff:203.0.113.5')).toBe('203.0.113.5');
    expect(keyOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(keyOf('2001:db8:1:2::1')).toBe(keyOf('2001:db8:1:2:ffff::'));
    expect(keyOf('2001:db8:1:3::1')).not.toBe(keyOf('2001:db8:1:2::1'));
  });
});

describe('the trusted proxies', () => {
  test.each(['10.0.0.0/33', '10.0.0', 'example.com', '10.0.0.0/', '10.0.0.0/8/8', '2001:db8::/129', '', 'fe80::1%eth0', '*'])(
    'cannot be %j',
    (entry) => {
      expect(() => parseTrustedProxies(`loopback,${entry}`)).toThrow(`"${entry}" is neither a network`);
    },
  );
});
