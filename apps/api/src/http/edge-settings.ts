import { envWholeNumber, setting } from '@mood/runtime';
import { z } from 'zod';
import { parseTrustedProxies } from './client-address.ts';

const perMinute = envWholeNumber('a whole number', 0, 1_000_000_000);
const file = z.string().optional();
/** As browsers write it, so that it can be compared: lower case, no path, no usual port. */
const isOrigin = (text: string) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

/** Settings of what lies between the network and the routes: TLS, proxies, rate limits. */
export const edgeSettings = {
  tlsCertFile: setting({
    env: 'TLS_CERT_FILE',
    doc: 'PEM file of the certificate chain; with it the API speaks HTTPS (TLS 1.3), without it HTTP',
    schema: file,
    needs: 'TLS_KEY_FILE',
  }),
  tlsKeyFile: setting({ env: 'TLS_KEY_FILE', doc: 'PEM file of the certificate’s private key', schema: file, needs: 'TLS_CERT_FILE' }),
  trustedProxies: setting({
    env: 'TRUSTED_PROXIES',
    doc: 'proxies whose `X-Forwarded-For` is believed: networks (10.0.0.0/8), addresses and `loopback`, separated by commas; none when absent',
    schema: z
      .string()
      .optional()
      .transform((text, context) => {
        try {
          return text === undefined ? [] : parseTrustedProxies(text);
        } catch (error) {
          context.addIssue(error instanceof Error ? error.message : String(error));
          return z.NEVER;
        }
      }),
  }),
  allowedOrigins: setting({
    env: 'ALLOWED_ORIGINS',
    doc: 'origins whose pages may read moods and load the badge (CORS), such as https://www.example.com, separated by commas; none when absent',
    schema: z
      .string()
      .optional()
      .transform((text = '') =>
        text
          .split(',')
          .map((origin) => origin.trim())
          .filter((origin) => origin !== ''),
      )
      .pipe(z.array(z.string().refine(isOrigin, 'expected origins such as https://www.example.com, without a path, separated by commas'))),
  }),
  requestsPerMinutePerIp: setting({
    env: 'REQUESTS_PER_MINUTE_PER_IP',
    doc: 'requests that an IPv4 address, or an IPv6 /64, may send in a minute; 0: no limit',
    schema: perMinute,
    default: '60000',
  }),
  anonymousRequestsPerMinutePerIp: setting({
    env: 'ANONYMOUS_REQUESTS_PER_MINUTE_PER_IP',
    doc: 'requests without a token, or of what needs none, that an address may send in a minute; probes (`/livez`, `/readyz`, `/health`) do not count; 0: no limit',
    schema: perMinute,
    default: '600',
  }),
  requestsPerMinutePerPrincipal: setting({
    env: 'REQUESTS_PER_MINUTE_PER_PRINCIPAL',
    doc: 'requests that a user, model or administrator may send in a minute; 0: no limit',
    schema: perMinute,
    default: '6000',
  }),
  refusedWritesPerMinute: setting({
    env: 'REFUSED_WRITES_PER_MINUTE_PER_PRINCIPAL',
    doc: 'changes, previews and renders of a user, model or administrator that may be refused in a minute before further ones get 429; a service may have ten times as many; 0: no limit',
    schema: perMinute,
    default: '120',
  }),
  failedAuthenticationsPerMinute: setting({
    env: 'FAILED_AUTHENTICATIONS_PER_MINUTE_PER_IP',
    doc: 'forged tokens that an address may show in a minute before further ones get 429; each counts once, a good signature never; 0: no limit',
    schema: perMinute,
    default: '100',
  }),
};
