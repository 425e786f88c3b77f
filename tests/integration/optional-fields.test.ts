import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Answer } from '@mood/testing/api-client';
import { operationsOf } from '../security/generated-requests/operations.ts';
import type { Operation, Schema } from '../security/generated-requests/operations.ts';
import { withValueAt } from '../security/generated-requests/places.ts';
import type { Place } from '../security/generated-requests/places.ts';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';
import { saveTemplate } from '@mood/testing/templates';

type Body = Record<string, unknown>;

/** A request with every field that an operation has, and who may send it. */
interface Example {
  /** POST unless another one is named. */
  method?: string;
  path: string;
  token: string;
  body: Body;
}

let stack: Stack;
let operations: Operation[];
/** By operation, one or more. */
let examples: Record<string, (Example | (() => Promise<Example>))[]>;

beforeAll(async () => {
  stack = await startStack({ env: { REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0', REQUESTS_PER_MINUTE_PER_IP: '0' } });
  operations = operationsOf(JSON.parse(await (await fetch(`${stack.api.url}/openapi.json`)).text())).filter(
    ({ body }) => body !== undefined,
  );
  examples = await makeExamples();
});
afterAll(() => stack.stop());

async function makeExamples(): Promise<typeof examples> {
  const [model, extending] = [await stack.createModel(), await stack.createModel()];
  const [performer = ''] = await stack.platform.createPerformers();
  const [userId = ''] = await stack.platform.createUsers(1, 'gold');
  const admin = await stack.platform.token('admin');
  const service = (scope: string) => stack.platform.token('service', undefined, { scope });
  const [renderer, reporter] = [await service('mood:render'), await service('auto-replies:write')];
  const [conversationId, messageId] = [crypto.randomUUID(), crypto.randomUUID()];

  const mood = { moodState: 'neutral', customMessage: 'Hello', autoRespond: true, expiresAt: '2199-06-01T12:00Z' };
  const values = {
    userName: 'John',
    modelName: 'Nora',
    amount: 50,
    currency: '€',
    mood: 'happy',
    tier: 'silver',
    customMessage: 'Hey',
    time: '18:00',
    date: 'today',
  };
  const names = Object.keys(values).map((name) => `{{${name}|-}}`);
  const content = names.join(' ');
  const draft = {
    moodState: 'neutral',
    templateType: 'greeting',
    content,
    tierLevel: 'gold',
    priority: 5,
    active: true,
    locale: 'fr',
    experiment: 'tone',
    weight: 2,
    reason: 'a test of fields',
  };
  const row = { ...draft, tierLevel: 'silver', reason: undefined };
  const saved = await saveTemplate(stack, admin, { ...draft, experiment: null, locale: null });
  await saveTemplate(stack, admin, { ...draft, experiment: null, locale: null, tierLevel: null });
  const [alert] = await stack.database.query<{ id: string }>(
    `INSERT INTO abuse_alerts (model_id, rule, threshold, count, peak, opened_at, last_seen_at)
      VALUES ('${performer}', 'changes', 1, 1, 1, now(), now()) RETURNING id`,
  );
  let experiments = 0;
  /** What is planned or stopped is not as it was: each request gets one of its own. */
  async function startExperiment(): Promise<{ path: string; winner: string }> {
    const experiment = `fields-${(experiments += 1)}`;
    const { id: winner } = await saveTemplate(stack, admin, { ...draft, experiment });
    await saveTemplate(stack, admin, { ...draft, experiment });
    return { path: `/api/v1/admin/mood/experiments/${experiment}`, winner };
  }
  /** What was extended has another end: each request finds the mood as it was. */
  async function extension({ expectedVersion }: { expectedVersion: boolean }): Promise<Example> {
    const { token } = extending;
    const { body } = await stack.api.post('/api/v1/mood/update', mood, token);
    const given = expectedVersion ? { expectedVersion: body.version } : {};
    return { path: '/api/v1/mood/extend', token, body: { expiresAt: '2199-06-02T12:00Z', ...given } };
  }
  const save = '/api/v1/admin/mood/template';
  const template = `${save}/${saved.id}`;
  const flag = '/api/v1/admin/mood/flags/panel.queues';
  const setting = { percentage: 5, ids: [userId], roles: ['admin'], reason: 'a test of fields' };

  return {
    updateMood: [{ path: '/api/v1/mood/update', token: model.token, body: { ...mood, modelId: model.id, responseDelay: 30 } }],
    extendMood: [() => extension({ expectedVersion: true }), () => extension({ expectedVersion: false })],
    previewMood: [
      {
        path: '/api/v1/mood/preview',
        token: model.token,
        body: { ...mood, responseDelay: 30, userName: 'John123', locale: 'fr-CA', timeZone: 'Europe/Paris' },
      },
    ],
    overrideMood: [
      {
        path: `/api/v1/admin/mood/${performer}/update`,
        token: admin,
        body: { ...mood, modelId: performer, reason: 'a test of fields', reasonCode: 'support', holdMinutes: 1 },
      },
    ],
    acceptTerms: [{ path: '/api/v1/mood/terms', token: model.token, body: { accept: true, version: (await terms(model.token)).version } }],
    acknowledgeAlert: [{ path: `/api/v1/admin/mood/alerts/${alert?.id}/acknowledge`, token: admin, body: { note: 'a test of fields' } }],
    giveFeedback: [{ path: '/api/v1/mood/feedback', token: model.token, body: { score: 4, about: 'mood' } }],
    setFlag: [
      { method: 'PUT', path: flag, token: admin, body: { ...setting, expectedVersion: 0 } },
      { method: 'PUT', path: flag, token: admin, body: setting },
    ],
    renderTemplate: [
      {
        path: '/api/v1/mood/template/render',
        token: renderer,
        body: {
          modelId: performer,
          templateType: 'greeting',
          userTier: 'gold',
          userId,
          variables: values,
          locale: 'fr-CA',
          timeZone: 'Europe/Paris',
        },
      },
    ],
    receiveMessage: [
      {
        path: '/api/v1/auto-replies',
        token: reporter,
        body: {
          messageId,
          conversationId,
          modelId: performer,
          userId,
          receivedAt: '2026-01-02T18:00Z',
          senderType: 'user',
          automated: false,
        },
      },
    ],
    conversationAnswered: [
      {
        path: '/api/v1/auto-replies/answered',
        token: reporter,
        body: { conversationId, modelId: performer, answeredAt: '2026-01-02T18:00Z' },
      },
    ],
    saveTemplate: [
      { path: save, token: admin, body: { ...draft, active: false } },
      { path: save, token: admin, body: { ...draft, active: false, id: saved.id } },
    ],
    reachOfTemplate: [{ path: '/api/v1/admin/mood/templates/reach', token: admin, body: { ...row, id: saved.id } }],
    rollBackTemplate: [{ path: `${template}/rollback`, token: admin, body: { version: 1, reason: 'a test of fields' } }],
    previewTemplate: [
      {
        path: `${save}/preview`,
        token: admin,
        body: {
          content,
          moodState: 'negative',
          templateType: 'farewell',
          userTier: 'silver',
          variables: values,
          locale: 'fr-CA',
          timeZone: 'Europe/Paris',
        },
      },
    ],
    planExperiment: [
      async () => {
        const plan = {
          plannedEffect: 0.02,
          plannedSize: 5_000,
          baseline: 0.2,
          holdout: 0.05,
          withinMinutes: 30,
          reason: 'a test of fields',
        };
        return { path: (await startExperiment()).path, token: admin, body: plan };
      },
    ],
    stopExperiment: [
      async () => {
        const { path, winner } = await startExperiment();
        return { path: `${path}/stop`, token: admin, body: { winner, reason: 'a test of fields' } };
      },
    ],
    importTemplates: [
      {
        path: '/api/v1/admin/mood/templates/import?dryRun=true',
        token: admin,
        body: { format: 'mood-templates/1', exportedAt: '2026-01-02T18:00Z', templates: [{ ...row, id: saved.id }] },
      },
    ],
  };
}

const terms = async (token: string): Promise<{ version: string }> => (await stack.api.get('/api/v1/mood/terms', token)).body;

interface Field {
  place: Place;
  schema: Schema;
  required: boolean;
}

/** Every field of a body, and of what is in it. */
function fieldsOf({ properties = {}, required = [], items }: Schema, place: Place = []): Field[] {
  const inside = items === undefined ? [] : fieldsOf(items, [...place, 0]);
  const own = Object.entries(properties).flatMap(([name, schema]) => {
    const here = [...place, name];
    return [{ place: here, schema, required: required.includes(name) }, ...fieldsOf(schema, here)];
  });
  return [...inside, ...own];
}

const allowsNull = ({ type = [], anyOf = [] }: Schema): boolean => [type].flat().includes('null') || anyOf.some(allowsNull);

/** Ids, names of experiments, numbers of versions and times are another's with every request. */
const own = new Set(
  'id name templateId winners version lastUpdated createdAt updatedAt heldUntil autoReplyId time date startedAt endedAt start end asOf at'.split(
    ' ',
  ),
);
const comparable = ({ status, body }: Answer) => [
  status,
  JSON.parse(JSON.stringify(body), (key, value: unknown) => (own.has(key) ? undefined : value)),
];

test('there is an example of every body', () => {
  expect(Object.keys(examples).toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
});

test('the document allows null wherever a field may be left out', () => {
  const fields = operations.flatMap(({ id, body = {} }) => fieldsOf(body).map((field) => ({ id, ...field })));
  const optional = fields.filter(({ required }) => !required);
  expect(optional.length).toBeGreaterThan(40);
  expect(optional.filter(({ schema }) => !allowsNull(schema)).map(({ id, place }) => `${id} ${place.join('.')}`)).toEqual([]);
});

test('null in place of a field is answered as if the field were not given', async () => {
  const wrong: unknown[] = [];
  let compared = 0;
  for (const { id, body: schema = {} } of operations) {
    for (const example of examples[id] ?? []) {
      const send = async (edit: (body: object) => unknown) => {
        const { method = 'POST', path, token, body } = typeof example === 'function' ? await example() : example;
        return stack.api.call(method, path, { json: edit(body), token });
      };
      const whole = await send((body) => body);
      expect([id, whole.status, whole.body]).toEqual([
        id,
        id === 'receiveMessage' || id === 'conversationAnswered' ? 202 : 200,
        whole.body,
      ]);
      for (const { place, required } of fieldsOf(schema)) {
        const [parent, name] = [place.slice(0, -1), place.at(-1)];
        const withNull = (body: object) => {
          const holder = parent.reduce<unknown>((value, key) => Object(value)[key], body);
          return withValueAt(body, parent, { ...Object(holder), [String(name)]: null });
        };
        const absent = comparable(await send((body) => withValueAt(body, place, undefined)));
        const isNull = comparable(await send(withNull));
        const expected = required ? [400] : absent;
        if (required ? isNull[0] !== 400 || absent[0] !== 400 : JSON.stringify(isNull) !== JSON.stringify(expected)) {
          wrong.push({ id, place: place.join('.'), absent, isNull });
        }
        compared += 1;
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(80);
});
