import { randomUUID } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';

/** The cookie of a browser, as it stands after each answer. */
export interface CookieJar {
  /** For the header `Cookie`; empty without a cookie. */
  header(): string;
  take(answer: Response): void;
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

export function createCookieJar(): CookieJar {
  const cookies = new Map<string, string>();
  return {
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    take(answer) {
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/;\s*Max-Age=0\b/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
    },
    get: (name) => cookies.get(name),
    set: (name, value) => void cookies.set(name, value),
  };
}

/** A browser without pages: it keeps cookies, and says where a request comes from as browsers do. */
export interface PanelClient {
  readonly jar: CookieJar;
  /** As a page of the panel would. */
  call(method: string, path: string, options?: { json?: unknown; headers?: Record<string, string> }): Promise<Response>;
  /** @returns where the browser is sent. */
  follow(path: string): Promise<{ status: number; location: string; answer: Response }>;
  /** Goes to the platform, chooses somebody, and comes back. @returns the last answer. */
  signIn(subject: string, to?: string): Promise<Response>;
}

export function createPanelClient(apiUrl: string, jar: CookieJar = createCookieJar()): PanelClient {
  const send = async (url: string, init: RequestInit = {}) => {
    const isOurs = url.startsWith(apiUrl);
    const headers = new Headers(init.headers);
    if (isOurs && jar.header() !== '') headers.set('cookie', jar.header());
    const answer = await fetch(url, { redirect: 'manual', ...init, headers });
    if (isOurs) jar.take(answer);
    return answer;
  };

  const client: PanelClient = {
    jar,
    call: (method, path, { json, headers = {} } = {}) =>
      send(apiUrl + path, {
        method,
        headers: { 'sec-fetch-site': 'same-origin', ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
        body: json === undefined ? null : JSON.stringify(json),
      }),
    async follow(path) {
      const answer = await send(path.startsWith('/') ? apiUrl + path : path, { headers: { accept: 'text/html' } });
      return { status: answer.status, location: answer.headers.get('location') ?? '', answer };
    },
    async signIn(subject, to) {
      const begun = await client.follow(`/panel/sign-in${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`);
      if (begun.status !== 302) throw new Error(`the sign-in answered ${begun.status}: ${await begun.answer.text()}`);
      const chosen = await client.follow(asSubject(begun.location, subject));
      if (chosen.status !== 302) throw new Error(`the platform answered ${chosen.status}: ${await chosen.answer.text()}`);
      return (await client.follow(chosen.location)).answer;
    },
  };
  return client;
}

/** The link of somebody on the sandbox's page. */
export function asSubject(authorizeUrl: string, subject: string): string {
  const url = new URL(authorizeUrl);
  url.pathname = `${url.pathname}/as`;
  url.searchParams.set('subject', subject);
  return url.href;
}

/** The cookie of a session with any tokens: as the API would seal it with the first of its keys. */
export async function sealSession(
  sessionKeys: string,
  content: { access: string; refresh?: string; name?: string | null; id?: string },
  { seconds = 3_600, typ = 'mood' }: { seconds?: number; typ?: string } = {},
): Promise<string> {
  const [id = '', secret = ''] = sessionKeys.split(',')[0]?.split(':') ?? [];
  return new EncryptJWT({ id: randomUUID(), name: null, ...content })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id, typ })
    .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
    .encrypt(Buffer.from(secret, 'base64'));
}

/** What such a cookie holds. */
export async function openSession(sessionKeys: string, cookie: string) {
  const secret = Buffer.from(sessionKeys.split(',')[0]?.split(':')[1] ?? '', 'base64');
  type Content = { id: string; access: string; refresh?: string; name: string | null };
  return (await jwtDecrypt<Content>(cookie, secret)).payload;
}
