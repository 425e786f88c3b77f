import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPanelClient, sealSession } from '@mood/testing/panel-client';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

interface Operation {
  operationId: string;
  security: { bearer: string[] }[];
  'x-access': { roles: readonly string[] | 'any' | 'anybody'; scope?: string };
}

/** Who may use what. The document has to say the same, and every cell is tried. */
const everyone: readonly string[] = [];
/** Without a token, too. */
const anybody: readonly string[] = ['anybody'];
const matrix: Readonly<Record<string, readonly string[]>> = {
  getHealth: anybody,
  getLiveness: anybody,
  getReadiness: anybody,
  getMood: everyone,
  getMoods: everyone,
  streamMoods: everyone,
  getMoodHistory: everyone,
  getTerms: everyone,
  getTemplate: everyone,
  updateMood: ['model'],
  extendMood: ['model'],
  getOwnMood: ['model'],
  getRecentMoods: ['model'],
  getOwnInsights: ['model'],
  previewMood: ['model'],
  listOwnReplies: ['model'],
  acceptTerms: ['model'],
  giveFeedback: ['user', 'model'],
  renderTemplate: ['service', 'mood:render'],
  receiveMessage: ['service', 'auto-replies:write'],
  conversationAnswered: ['service', 'auto-replies:write'],
  overrideMood: ['admin', 'mood:override'],
  listModels: ['admin'],
  readModel: ['admin'],
  readNames: ['admin'],
  listAlerts: ['admin'],
  acknowledgeAlert: ['admin', 'alerts:write'],
  saveTemplate: ['admin', 'templates:write'],
  listTemplates: ['admin'],
  readTemplateCoverage: ['admin'],
  reachOfTemplate: ['admin'],
  readTemplate: ['admin'],
  previewTemplate: ['admin'],
  exportTemplates: ['admin'],
  importTemplates: ['admin', 'templates:write'],
  listTemplateVersions: ['admin'],
  compareTemplateVersions: ['admin'],
  rollBackTemplate: ['admin', 'templates:write'],
  readTemplateUsage: ['admin'],
  readAuditLog: ['admin'],
  exportAuditLog: ['admin'],
  readAuditChain: ['admin'],
  listMetrics: ['admin', 'analytics:read'],
  listFlags: ['admin'],
  setFlag: ['admin', 'flags:write'],
  getFlagHistory: ['admin'],
  readAnalyticsSummary: ['admin', 'analytics:read'],
  readAnalyticsSeries: ['admin', 'analytics:read'],
  readAnalyticsTop: ['admin', 'analytics:read'],
  listExperiments: ['admin', 'analytics:read'],
  readExperiment: ['admin', 'analytics:read'],
  planExperiment: ['admin', 'experiments:write'],
  stopExperiment: ['admin', 'experiments:write'],
};

const scopes = [
  'mood:render',
  'auto-replies:write',
  'audit:read',
  'mood:override',
  'templates:write',
  'queues:write',
  'analytics:read',
  'experiments:write',
  'flags:write',
  'alerts:write',
];

/** Everybody who could ask: a role, and each role also with each scope alone. */
const roles = ['user', 'model', 'admin', 'service'];
const callers = ['nobody', ...roles, ...roles.flatMap((role) => scopes.map((scope) => `${role} ${scope}`))];

let stack: Stack;
let operations: { method: string; path: string; operation: Operation }[];
let tokens: Map<string, string | undefined>;

beforeAll(async () => {
  stack = await startStack();
  const document = await fetch(`${stack.api.url}/openapi.json`);
  const { paths } = JSON.parse(await document.text());
  operations = Object.entries<Record<string, Operation>>(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const model = await stack.createModel();
  tokens = new Map<string, string | undefined>([
    ['nobody', undefined],
    ['user', await stack.platform.token('user')],
    ['model', model.token],
    ['admin', await stack.platform.token('admin', undefined, { scope: 'openid' })],
    ['service', await stack.platform.token('service')],
  ]);
  for (const role of roles) {
    const subject = role === 'model' ? model.id : undefined;
    for (const scope of scopes) tokens.set(`${role} ${scope}`, await stack.platform.token(role, subject, { scope }));
  }
});
afterAll(() => stack.stop());

const concrete = (path: string) => path.replaceAll(/\{[^}]+\}/g, randomUUID());

/** Roles are words, scopes have a colon. */
const scopeOf = (allowed: readonly string[]) => allowed.find((one) => one.includes(':'));

function mayUse(caller: string, allowed: readonly string[]): boolean {
  const [role = '', scope] = caller.split(' ');
  if (allowed === anybody) return true;
  if (role === 'nobody') return false;
  if (allowed.length === 0) return true;
  const needed = scopeOf(allowed);
  return allowed.includes(role) && (needed === undefined || needed === scope);
}

/** What the guard says to a rightful role without the scope. */
async function refusalOf(method: string, path: string, token: string | undefined): Promise<string> {
  const { body } = await stack.api.call(method, concrete(path), { token, ...(method !== 'GET' && { json: {} }) });
  return body.message;
}

/** What the guard says. Past it anything may happen but 401 and a 403 of this code. */
async function isLetIn(method: string, path: string, token: string | undefined): Promise<'in' | 401 | 403> {
  const { status, body } = await stack.api.call(method, concrete(path), { token, ...(method !== 'GET' && { json: {} }) });
  if (status !== 401 && status !== 403) return 'in';
  return body.error === 'UNAUTHORIZED' ? status : 'in';
}

describe('who may use what', () => {
  test('the document and the matrix name the same operations and say the same of each', () => {
    const documented = operations.map(({ operation }) => {
      const { roles, scope } = operation['x-access'];
      const listed = typeof roles === 'string' ? (roles === 'any' ? everyone : anybody) : roles;
      return [operation.operationId, [...listed, ...(scope === undefined ? [] : [scope])]];
    });
    expect(Object.fromEntries(documented)).toEqual(matrix);
    for (const { operation } of operations) {
      expect([operation.operationId, operation.security]).toEqual([
        operation.operationId,
        matrix[operation.operationId] === anybody ? [] : [{ bearer: [] }],
      ]);
    }
  });

  test('every cell holds: 401 for nobody, 403 for the wrong role or scope, everyone else gets past the guard', async () => {
    const wrong: string[] = [];
    for (const { method, path, operation } of operations) {
      for (const caller of callers) {
        const found = await isLetIn(method, path, tokens.get(caller));
        const expected = mayUse(caller, matrix[operation.operationId] ?? []) ? 'in' : caller === 'nobody' ? 401 : 403;
        if (found !== expected) wrong.push(`${caller} at ${operation.operationId}: ${found}, expected ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(operations.length * callers.length).toBeGreaterThanOrEqual(21 * callers.length);
  });
});

describe('a session of the panel', () => {
  test('opens what its token opens, and nothing to nobody', async () => {
    const wrong: string[] = [];
    for (const caller of ['nobody', 'user', 'model', 'admin', 'service', ...scopes.map((scope) => `admin ${scope}`)]) {
      const browser = createPanelClient(stack.api.url);
      const access = tokens.get(caller);
      if (access !== undefined) browser.jar.set('mood', await sealSession(stack.env['SESSION_KEYS'] ?? '', { access }));
      for (const { method, path, operation } of operations) {
        const allowed = matrix[operation.operationId] ?? [];
        if (allowed === anybody) continue;
        const answer = await browser.call(method, `/panel${concrete(path)}`, method === 'GET' ? {} : { json: {} });
        const { error } = JSON.parse((await answer.text()) || '{}');
        const found = (answer.status === 401 || answer.status === 403) && error === 'UNAUTHORIZED' ? answer.status : 'in';
        const expected = mayUse(caller, allowed) ? 'in' : caller === 'nobody' ? 401 : 403;
        if (found !== expected) wrong.push(`${caller} at ${operation.operationId}: ${found}, expected ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('a scope', () => {
  test('that is missing is named by the refusal', async () => {
    for (const { method, path, operation } of operations) {
      const allowed = matrix[operation.operationId] ?? [];
      const [role = ''] = allowed;
      const scope = scopeOf(allowed);
      if (scope === undefined) continue;
      for (const other of ['', ...scopes.filter((one) => one !== scope).map((one) => ` ${one}`)]) {
        const message = await refusalOf(method, path, tokens.get(role + other));
        expect([operation.operationId, other, message]).toEqual([
          operation.operationId,
          other,
          `This needs a token with the scope "${scope}".`,
        ]);
      }
    }
  });

  test('counts as a whole word of the list, and not as anything like it', async () => {
    const override = operations.find(({ operation }) => operation.operationId === 'overrideMood');
    const spellings = [
      'mood:overrides',
      'mood',
      'mood:*',
      '*',
      'MOOD:OVERRIDE',
      'mood:override,audit:read',
      'xmood:override',
      'mood:override\taudit:read',
    ];
    for (const scope of spellings) {
      const token = await stack.platform.token('admin', undefined, { scope });
      expect([scope, await isLetIn(override?.method ?? '', override?.path ?? '', token)]).toEqual([scope, 403]);
    }
    for (const scope of ['mood:override', ' mood:override', 'audit:read  mood:override', 'a b mood:override c']) {
      const token = await stack.platform.token('admin', undefined, { scope });
      expect([scope, await isLetIn(override?.method ?? '', override?.path ?? '', token)]).toEqual([scope, 'in']);
    }
  });

  test('is in the sandbox’s token of an administrator unless the request names others', async () => {
    const token = await stack.platform.token('admin');
    for (const { method, path, operation } of operations.filter(({ operation: { operationId } }) => matrix[operationId]?.[0] === 'admin'))
      expect([operation.operationId, await isLetIn(method, path, token)]).toEqual([operation.operationId, 'in']);
  });
});

/** Sends a request line as it is: fetch would tidy the path. */
function sendRaw(line: string, headers: readonly string[]): Promise<number> {
  const { hostname, port } = new URL(stack.api.url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `${line} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`,
      );
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])));
    socket.on('error', reject);
  });
}

describe('there is no way around the guard', () => {
  /** Ways to spell a path that something in between, or a router, may take for the same. */
  const spellings: Readonly<Record<string, (path: string) => string>> = {
    'a trailing slash': (path) => `${path}/`,
    'a doubled slash': (path) => path.replace('/admin/', '//admin//'),
    'an encoded slash': (path) => path.replace('/admin/', '/admin%2F'),
    'upper case': (path) => path.toUpperCase(),
    'dots in between': (path) => path.replace('/admin/', '/x/../admin/'),
    'encoded dots': (path) => path.replace('/admin/', '/x/%2e%2e/admin/'),
    'a parameter of the path': (path) => `${path};x=1`,
    'an encoded letter': (path) => path.replace('admin', '%61dmin'),
    'a semicolon': (path) => path.replace('/mood/', '/mood;/'),
    'an absolute URL': (path) => `${stack.api.url}${path}`,
  };
  const methods = ['HEAD', 'OPTIONS', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'];
  const admin = '/api/v1/admin/mood/templates';

  test.each(Object.keys(spellings))('%s gives a user no more than the plain path', async (name) => {
    const authorization = `Authorization: Bearer ${tokens.get('user')}`;
    for (const method of methods) {
      const status = await sendRaw(`${method} ${spellings[name]?.(admin)}`, [authorization]);
      expect([name, method, status]).toEqual([name, method, expect.any(Number)]);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
  });

  test('what is open to anybody is asked for by GET alone, and says nothing about the inside', async () => {
    for (const path of ['/health', '/livez', '/readyz']) {
      const answer = await stack.api.get(path);
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
      const { hostname, port } = new URL(stack.database.url);
      const told = JSON.stringify([answer.body, [...answer.headers]]);
      for (const word of [hostname, port, 'postgres', process.version]) expect([path, told.includes(word)]).toEqual([path, false]);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect([method, path, await sendRaw(`${method} ${path}`, [])]).toEqual([method, path, 405]);
      }
    }
  });

  test('HEAD asks for the same rights as GET, and tells nothing more', async () => {
    expect(await sendRaw(`HEAD ${admin}`, [])).toBe(401);
    expect(await sendRaw(`HEAD ${admin}`, [`Authorization: Bearer ${tokens.get('user')}`])).toBe(403);
    expect(await sendRaw(`HEAD ${admin}`, [`Authorization: Bearer ${tokens.get('admin')}`])).toBe(200);
  });

  test.each(['X-HTTP-Method-Override: POST', 'X-HTTP-Method: POST', 'X-Method-Override: POST'])(
    '%s does not turn a GET into a write',
    async (header) => {
      const before = await stack.database.query(`SELECT count(*)::int AS templates FROM mood_messaging_templates`);
      const authorization = `Authorization: Bearer ${tokens.get('admin')}`;
      expect(await sendRaw('GET /api/v1/admin/mood/template', [authorization, header])).toBe(405);
      expect(await sendRaw('GET /api/v1/mood/update', [`Authorization: Bearer ${tokens.get('model')}`, header])).toBe(405);
      expect(await stack.database.query(`SELECT count(*)::int AS templates FROM mood_messaging_templates`)).toEqual(before);
    },
  );

  test.each(['X-Original-URL: /api/v1/admin/mood/templates', 'X-Rewrite-URL: /api/v1/admin/mood/templates'])(
    '%s does not lead elsewhere',
    async (header) => {
      expect(await sendRaw('GET /api/v1/mood/terms', [header])).toBe(401);
      expect(await sendRaw('GET /api/v1/mood/terms', [`Authorization: Bearer ${tokens.get('user')}`, header])).toBe(200);
    },
  );

  test('two Authorization headers are no more than one', async () => {
    const status = await sendRaw(`GET ${admin}`, [
      `Authorization: Bearer ${tokens.get('user')}`,
      `Authorization: Bearer ${tokens.get('admin')}`,
    ]);
    expect([401, 403]).toContain(status);
  });

  test('a model cannot change another model’s mood, whatever it puts into the body or the path', async () => {
    const [victim, attacker] = [await stack.createModel(), await stack.createModel()];
    const mood = { moodState: 'negative' };
    for (const [more, status] of [
      [{ modelId: victim.id }, 403],
      [{ modelId: victim.id.toUpperCase() }, 403],
      [{ modelId: crypto.randomUUID() }, 403],
      [{ modelId: 'somebody else' }, 400],
      [{ modelId: [attacker.id, victim.id] }, 400],
      [{ model_id: victim.id }, 400],
      [{ sub: victim.id }, 400],
    ] as const) {
      const { status: answered, body } = await stack.api.post('/api/v1/mood/update', { ...mood, ...more }, attacker.token);
      expect([more, answered, body.error]).toEqual([more, status, status === 403 ? 'UNAUTHORIZED' : 'INVALID_REQUEST']);
    }
    const raw = `{"modelId":"${attacker.id}","moodState":"negative","modelId":"${victim.id}"}`;
    expect((await stack.api.call('POST', '/api/v1/mood/update', { token: attacker.token, raw })).status).toBe(403);
    expect((await stack.api.post(`/api/v1/admin/mood/${victim.id}/update`, { ...mood, reason: 'because' }, attacker.token)).status).toBe(
      403,
    );
    expect((await stack.api.get(`/api/v1/mood/${victim.id}`, attacker.token)).body.moodState).toBe('neutral');
  });
});
