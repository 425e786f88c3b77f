import { beforeEach, describe, expect, test } from '@jest/globals';
import { Hono } from 'hono';
import { createCapturedLog } from '@mood/testing/captured-log';
import { createErrorHandler } from '../http/errors.ts';
import { TooManyRequests } from '../http/request-limit.ts';
import type { Intent } from './authenticator.ts';
import { NotAuthenticated } from './errors.ts';
import { countRequest, createGuards } from './guards.ts';
import type { AccessRule, AuthEnv } from './guards.ts';
import { roles } from './principal.ts';
import type { Principal, Role, Scope } from './principal.ts';

const subject = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
const forged = new NotAuthenticated('invalid', 'forged', { isForgery: true });

let taken: [key: string, worth: number | undefined][];
let failedSignIns: [address: string, credentials: string, reason: string][];
let asked: [how: string, token: string, intent: Intent][];
/** What the limit of requests says: undefined when there is room. */
let waitMs: number | undefined;

beforeEach(() => {
  taken = [];
  failedSignIns = [];
  asked = [];
  waitMs = undefined;
});

const limits = {
  perPrincipal: {
    async take(key: string, worth?: number) {
      taken.push([key, worth]);
      return waitMs;
    },
    wouldRefuse: async () => undefined,
  },
  failedSignIns: {
    async refuse(address: string, credentials: string, failure: NotAuthenticated): Promise<never> {
      failedSignIns.push([address, credentials, failure.reason]);
      throw failure;
    },
  },
};

/** A route behind one guard. The token "known" is remembered, "new" has to be looked up, and no other is good. */
function createRoute(rule: AccessRule, role: Role, scopes: Scope[] = []) {
  const principal: Principal = { role, subject, scopes: new Set<string>(scopes) };
  const allow = createGuards(
    {
      recall(token, intent) {
        asked.push(['recall', token, intent]);
        return token === 'known' ? principal : undefined;
      },
      async authenticate(token, intent) {
        asked.push(['authenticate', token, intent]);
        if (token !== 'new') throw forged;
        return principal;
      },
      end: () => Promise.reject(forged),
    },
    limits,
  );
  let entered = 0;
  const app = new Hono<AuthEnv>();
  app.use(async (c, next) => {
    c.set('client', { ip: '203.0.113.7', limitKey: '203.0.113.7' });
    await next();
  });
  app.get('/', allow(rule), (c) => {
    entered += 1;
    return c.json({ role: c.get('principal').role });
  });
  app.onError(createErrorHandler(createCapturedLog().logger));
  return {
    entered: () => entered,
    async come(authorization: string | undefined = 'Bearer known') {
      const response = await app.request('/', authorization === '' ? {} : { headers: { authorization } });
      const body: unknown = await response.json();
      return { status: response.status, headers: response.headers, body };
    },
  };
}

const read = { intent: 'read' } as const;

describe('a guard', () => {
  test.each(roles.flatMap((role) => roles.map((open) => [role, open] as const)))(
    'of a route for one role tells %s from %s',
    async (role, open) => {
      const route = createRoute({ ...read, roles: [open] }, role);
      expect((await route.come()).status).toBe(role === open ? 200 : 403);
      expect(route.entered()).toBe(role === open ? 1 : 0);
    },
  );

  test.each(roles)('without roles lets every signed-in caller in, also %s', async (role) => {
    expect(await createRoute(read, role).come()).toMatchObject({ status: 200, body: { role } });
  });

  test.each<[Scope[], number]>([
    [[], 403],
    [['audit:read', 'templates:write'], 403],
    [['mood:override'], 200],
    [['audit:read', 'mood:override'], 200],
  ])('that wants a scope looks for that one: %j is answered %i', async (scopes, status) => {
    const route = createRoute({ ...read, roles: ['admin'], scope: 'mood:override' }, 'admin', scopes);
    expect((await route.come()).status).toBe(status);
    expect(route.entered()).toBe(status === 200 ? 1 : 0);
  });

  test('wants the role as well as the scope', async () => {
    const route = createRoute({ ...read, roles: ['admin'], scope: 'mood:override' }, 'service', ['mood:override']);
    expect((await route.come()).status).toBe(403);
    expect(route.entered()).toBe(0);
  });

  test.each<[AccessRule, string]>([
    [{ ...read, roles: ['model'], refusal: 'Only models can.' }, 'Only models can.'],
    [{ ...read, roles: ['model', 'admin'] }, 'This is open to: model, admin.'],
    [{ ...read, scope: 'audit:read' }, 'This needs a token with the scope "audit:read".'],
  ])('of %j says why it refuses', async (rule, message) => {
    expect(await createRoute(rule, 'user').come()).toMatchObject({ status: 403, body: { error: 'UNAUTHORIZED', message } });
  });

  test.each<Intent>(['read', 'write'])('for a %s asks about the session as such', async (intent) => {
    const route = createRoute({ intent }, 'user');
    expect((await route.come('Bearer new')).status).toBe(200);
    expect(asked).toEqual([
      ['recall', 'new', intent],
      ['authenticate', 'new', intent],
    ]);
  });

  test('does not look up what is remembered', async () => {
    await createRoute(read, 'user').come('bearer  known');
    expect(asked).toEqual([['recall', 'known', 'read']]);
  });

  test.each<[string, string, string[][]]>([
    ['', 'missing', []],
    ['Basic known', 'malformed', [['203.0.113.7', 'Basic known', 'malformed']]],
    ['Bearer other', 'invalid', [['203.0.113.7', 'Bearer other', 'invalid']]],
  ])('answers 401 to %j (%s), and a wrong token is a failed sign-in of its address', async (authorization, _reason, counted) => {
    const route = createRoute(read, 'admin');
    const { status, headers } = await route.come(authorization);
    expect([status, headers.get('www-authenticate')]).toEqual([401, authorization === '' ? 'Bearer' : 'Bearer error="invalid_token"']);
    expect([failedSignIns, taken, route.entered()]).toEqual([counted, [], 0]);
  });
});

describe('the limit of requests', () => {
  test.each<Role>(['user', 'model', 'admin'])('counts each request of a %s for itself, also a refused one', async (role) => {
    await createRoute(read, role).come();
    await createRoute({ ...read, roles: ['service'] }, role).come();
    expect(taken).toEqual([
      [`${role} ${subject}`, 1],
      [`${role} ${subject}`, 1],
    ]);
  });

  test('keeps out who is above it', async () => {
    waitMs = 1_500;
    const route = createRoute(read, 'user');
    const { status, headers } = await route.come();
    expect([status, headers.get('retry-after'), route.entered()]).toEqual([429, '2', 0]);
  });

  test('is not for services, which act for many users', async () => {
    waitMs = 1_500;
    expect((await createRoute(read, 'service').come()).status).toBe(200);
    expect(taken).toEqual([]);
  });

  test('counts a batch for as many as it asks for, and nothing for none', async () => {
    const user: Principal = { role: 'user', subject, scopes: new Set() };
    await countRequest(limits, user, 99);
    await countRequest(limits, user, 0);
    expect(taken).toEqual([[`user ${subject}`, 99]]);
    waitMs = 1;
    await expect(countRequest(limits, user, 2)).rejects.toBeInstanceOf(TooManyRequests);
  });
});
