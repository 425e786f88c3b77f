import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Setting } from '@mood/runtime';
import { escapeIdentifier } from 'pg';
import { apiSettings } from '../../apps/api/src/settings.ts';
import { auditCommandSettings, templateCommandSettings } from '../../apps/cli/src/settings.ts';
import { sandboxSettings } from '../../apps/sandbox/src/settings.ts';
import { workerSettings } from '../../apps/worker/src/settings.ts';
import { eventually } from '@mood/testing/eventually';
import { moneyIn, namesInCode } from './money-words.ts';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const root = path.resolve(import.meta.dirname, '../..');

/** Where the thanks for a tip are made, and where the sandbox plays one. */
const filesOfTips = [
  'libs/domain/src/templates/*.ts',
  'libs/contract/src/template-{fields,values}.ts',
  'apps/api/src/templates/*.ts',
  'apps/sandbox/src/platform/tips.routes.ts',
  'apps/sandbox/src/platform/create-platform.ts',
  'apps/sandbox/src/platform/{routes,moments,speaker}.ts',
  'apps/sandbox/src/chat/{conversation-view,log-view,platform}.ts',
  'apps/panel/src/words/en/{replies,templates}.ts',
  'apps/demo/src/cast.ts',
  'apps/demo/src/use-case-2.ts',
];

const files = (patterns: string | readonly string[]) =>
  globSync(patterns, { cwd: root, exclude: (name) => /(^|\/)node_modules$|\.test\.ts$/.test(name) });

/** @returns a line for each name of a source file that is about money. */
const moneyInCode = (file: string, code: string, mayTip = false) =>
  [...new Set(namesInCode(code).flatMap((name) => moneyIn(name, mayTip)))].map((word) => `${file}: ${word}`);

/** Clients of those who move money, whatever they are called. */
const financialPackage =
  /stripe|paypal|braintree|adyen|square|klarna|mollie|razorpay|coinbase|bitcoin|ethereum|\bweb3\b|plaid|worldpay|ccbill|epoch-|segpay|verotel|payment|wallet|payout|invoice|billing|subscription|loyalty|reward/i;

interface PackageFile {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

function financialDependencies(file: PackageFile): string[] {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = file;
  return Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies }).filter((name) =>
    financialPackage.test(name),
  );
}

const readJson = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/** Every key of a document, and every value that names something. */
function namesInDocument(value: unknown): string[] {
  if (typeof value === 'string') return /\s/.test(value) ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [...(Array.isArray(value) ? [] : [key]), ...namesInDocument(one)]);
}

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ workers: 1 });
});
afterAll(() => stack.stop());

describe('nothing of the system is about money', () => {
  test('not its code, whose only words of it are those of a message that thanks for a tip', () => {
    const mayTip = new Set(files(filesOfTips));
    const sources = files(['apps/**/*.ts', 'libs/**/*.ts']);
    expect(sources.length).toBeGreaterThan(150);
    expect(mayTip.size).toBeGreaterThan(filesOfTips.length);
    expect(sources.flatMap((file) => moneyInCode(file, readFileSync(path.join(root, file), 'utf8'), mayTip.has(file)))).toEqual([]);
  });

  test('not its tables, their columns, or the functions of the database', async () => {
    const names = await stack.database.query<{ schema: string; name: string }>(`
      SELECT table_schema AS schema, unnest(ARRAY[table_schema, table_name, column_name]) AS name FROM information_schema.columns
      WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
      UNION SELECT routine_schema, routine_name FROM information_schema.routines
      WHERE routine_schema NOT IN ('pg_catalog', 'information_schema')
      UNION SELECT specific_schema, parameter_name FROM information_schema.parameters
      WHERE parameter_name IS NOT NULL AND specific_schema NOT IN ('pg_catalog', 'information_schema')
      UNION SELECT nspname, typname FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace
      WHERE nspname NOT IN ('pg_catalog', 'information_schema')`);
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['model_mood_states', 'mood_transition_logs', 'custom_message']));
    // BullMQ calls it a subscription when somebody listens to its events.
    const ofQueue = ({ schema, name }: { schema: string; name: string }) =>
      schema === 'bullmq' && /^(_?relay_(get_)?subscriptions?|subscriptions)$/.test(name);
    expect(names.filter((found) => moneyIn(found.name).length > 0 && !ofQueue(found))).toEqual([]);
  });

  test('not what it depends on, directly or through others', () => {
    const packages = files(['package.json', 'apps/*/package.json', 'libs/*/package.json']);
    expect(packages.length).toBeGreaterThanOrEqual(12);
    expect(packages.flatMap((file) => financialDependencies(readJson(file)).map((name) => `${file}: ${name}`))).toEqual([]);
    const installed = Object.keys(readJson('package-lock.json').packages);
    expect(installed.length).toBeGreaterThan(300);
    expect(installed.filter((name) => financialPackage.test(name))).toEqual([]);
  });

  test('not its API, but for the values of a template', async () => {
    const { paths, components } = JSON.parse(await (await fetch(`${stack.api.url}/openapi.json`)).text());
    const { TemplateValues: values, ...schemas } = components.schemas;
    expect(moneyIn(Object.keys(values.properties).join(' '))).toEqual(['amount', 'currency']);
    expect(Object.keys(paths).filter((name) => moneyIn(name).length > 0)).toEqual([]);
    // The names of the variables are listed where templates are.
    const variables = new Set(['amount', 'currency']);
    const names = namesInDocument([paths, schemas]).filter((name) => !variables.has(name));
    expect(names.length).toBeGreaterThan(1_000);
    expect(names.filter((name) => moneyIn(name).length > 0)).toEqual([]);
    expect(
      Object.keys(schemas).filter((name) => ['amount', 'currency'].some((field) => Object.hasOwn(schemas[name].properties ?? {}, field))),
    ).toEqual([]);
  });

  test('not its settings: it is told of no such service', () => {
    const all = [apiSettings, workerSettings, sandboxSettings, templateCommandSettings, auditCommandSettings].flatMap((settings) =>
      Object.entries<Setting>(settings).flatMap(([key, setting]) => [key, setting.env, setting.default ?? '']),
    );
    expect(all).toEqual(expect.arrayContaining(['MESSAGE_SERVICE_URL', 'ANALYTICS_SERVICE_URL']));
    expect(all.filter((name) => moneyIn(name).length > 0)).toEqual([]);
  });
});

describe('the search for money', () => {
  test.each([
    ['a name', 'const tokenBalance = 1;', 'token balance'],
    ['a type', 'interface PayoutRequest {}', 'payout'],
    ['a field of a type', 'interface Model { wallet_id: string }', 'wallet'],
    ['a table in a statement', 'await db.query(`SELECT id -- theirs\\n FROM refunds`)', 'refunds'],
    ['a column in a migration', 'const up = `ALTER TABLE moods ADD price_cents int`;', 'price'],
    ['a route', `app.post('/api/v1/invoices', handler)`, 'invoices'],
    ['an import', `import Stripe from 'stripe';`, 'stripe'],
    ['a URL', `const url = 'https://redroomrewards.example/v1';`, 'redroom'],
    ['a name inside a text', 'log(`done: ${user.loyaltyPoints}`)', 'loyalty'],
    ['a key in quotes', `const x = { 'subscription-id': 1 };`, 'subscription'],
    ['capitals', `env['PAYMENT_SERVICE_URL']`, 'payment'],
    ['an amount outside of templates', 'row.tip_amount = amount;', 'tip'],
  ])('finds %s', (_what, code, word) => {
    expect(moneyInCode('made-up.ts', code).join(' ')).toContain(word);
  });

  test('lets thanks for a tip pass where they are made, and nothing more', () => {
    expect(moneyInCode('made-up.ts', 'render({ amount, currency })', true)).toEqual([]);
    expect(moneyInCode('made-up.ts', 'charge(wallet, amount)', true)).toEqual(['made-up.ts: wallet']);
    expect(moneyInCode('made-up.ts', `const type = 'tip_thank_you';`)).toEqual([]);
  });

  test('lets comments and prose say what the system keeps away from', () => {
    expect(moneyInCode('made-up.ts', `// No payments.\n/* No refunds. */ const text = 'It never reads a wallet.';`)).toEqual([]);
    expect(moneyIn('accessToken codePoints priority concurrency display')).toEqual([]);
  });

  test.each(['stripe', '@stripe/stripe-js', 'braintree-web', '@adyen/api-library', '@paypal/checkout-server-sdk', 'loyalty-client'])(
    'finds the dependency %s of every sort',
    (name) => {
      const sorts = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
      expect(sorts.map((sort) => financialDependencies({ [sort]: { [name]: '1.0.0', zod: '4.0.0' } }))).toEqual(sorts.map(() => [name]));
    },
  );

  test('finds a column and a path', () => {
    expect(['payout_id', 'token_balance', 'amount', '/api/v1/models/{id}/earnings'].map((name) => moneyIn(name).length > 0)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});

describe('the amount of a tip', () => {
  // Neither half stands in a time or an id by chance.
  const [whole, fraction] = ['735198', '28701563'];
  const amount = Number(`${whole}.${fraction}`);
  const currency = 'Zł¤';
  const printed = '735,198.29';
  let model: Model;
  let service: string;

  /** How many rows of each table hold a text in any of their columns, as it is or in the bytes. */
  async function rowsWith(text: string): Promise<Record<string, number>> {
    const tables = await stack.database.query<{ schema: string; name: string }>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found: Record<string, number> = {};
    for (const { schema, name } of tables) {
      const [row] = await stack.database.query<{ rows: number }>(
        `SELECT count(*)::int AS rows FROM ${escapeIdentifier(schema)}.${escapeIdentifier(name)} t
         WHERE strpos(t::text, $1) > 0 OR strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0`,
        [text],
      );
      if (row !== undefined && row.rows > 0) found[`${schema}.${name}`] = row.rows;
    }
    return found;
  }

  beforeAll(async () => {
    model = await stack.createModel();
    service = await stack.platform.token('service', undefined, { scope: 'mood:render' });
    const update = { moodState: 'positive', customMessage: 'marker 91ab' };
    expect((await stack.api.post('/api/v1/mood/update', update, model.token)).status).toBe(200);
  });

  test('is printed into the thanks, and is nowhere in the database', async () => {
    const [userId = ''] = await stack.platform.createUsers(1, 'gold');
    const request = { modelId: model.id, templateType: 'tip_thank_you', userTier: 'gold', userId };
    const { status, body, headers } = await stack.api.post(
      '/api/v1/mood/template/render',
      { ...request, variables: { userName: 'Sam', amount, currency } },
      service,
    );
    expect([status, body.renderedMessage]).toEqual([200, expect.stringContaining(`${currency}${printed}`)]);
    const tip = { userId, modelId: model.id, amount, currency };
    expect(await stack.platform.call('POST', '/sandbox/conversations/tipped/tips', { json: tip })).toMatchObject({
      text: expect.stringContaining(printed),
    });

    // The counts of what was rendered are the last that is written.
    const admin = await stack.platform.token('admin');
    const usage = `/api/v1/admin/mood/template/${headers.get('mood-template-id')}/usage`;
    await eventually(
      () => stack.api.get(usage, admin),
      (answer) => answer.body.total?.rendered >= 2,
    );
    expect(await rowsWith('marker 91ab')).toMatchObject({ 'public.model_mood_states': 1 });
    for (const marker of [String(amount), printed, whole, fraction, currency])
      expect([marker, await rowsWith(marker)]).toEqual([marker, {}]);
    expect(stack.apiProcess.output()).not.toContain(whole);
  });

  test('leaves no entry anywhere: only the count of rendered texts grows', async () => {
    // Until the events of the mood that was set are through.
    await eventually(
      () => stack.database.query('SELECT FROM outbox'),
      (rows) => rows.length === 0,
    );
    const entries = () =>
      stack.database.query(`SELECT (SELECT count(*) FROM mood_transition_logs) AS audit, (SELECT count(*) FROM outbox) AS outbox,
        (SELECT count(*) FROM auto_replies) AS replies, (SELECT count(*) FROM mood_rate_limits) AS changes`);
    const before = await entries();
    const mood = await stack.api.get(`/api/v1/mood/${model.id}`, service);
    const request = { modelId: model.id, templateType: 'tip_thank_you', variables: { userName: 'Sam', amount: 1_000_000, currency } };
    expect((await stack.api.post('/api/v1/mood/template/render', request, service)).status).toBe(200);
    expect(await entries()).toEqual(before);
    expect((await stack.api.get(`/api/v1/mood/${model.id}`, service)).body).toEqual(mood.body);
  });
});
