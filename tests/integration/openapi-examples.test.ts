import { errorCodes } from '@mood/domain';
import type { ErrorCode } from '@mood/domain';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startStack } from '@mood/testing/stack';
import type { Stack } from '@mood/testing/stack';

interface Schema {
  $ref?: string;
  enum?: unknown[];
  allOf?: Schema[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
}
interface Answer {
  schema: Schema;
  examples?: Record<string, { value: { error: ErrorCode; message: string; resetTime?: string; heldUntil?: string } }>;
}
interface Operation {
  operationId: string;
  parameters?: {
    name: string;
    in: 'path' | 'query';
    required?: boolean;
    example?: unknown;
    schema: Schema & { example?: unknown; enum?: unknown[] };
  }[];
  requestBody?: { content: { 'application/json': { schema: Schema; example: unknown } } };
  responses: Record<string, { content?: Record<string, Answer> }>;
  'x-access': { roles: readonly string[] | string; scope?: string };
}

let stack: Stack;
let document: { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };
let operations: { method: string; path: string; operation: Operation }[];
beforeAll(async () => {
  stack = await startStack();
  document = JSON.parse(await (await fetch(`${stack.api.url}/openapi.json`)).text());
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => stack?.stop());

const parts = (schema: Schema): Schema[] => [
  schema,
  ...[...(schema.allOf ?? []), ...(schema.anyOf ?? [])].flatMap(parts),
  ...(schema.$ref === undefined ? [] : parts(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})),
];

/** The codes that one choice of an answer can have: each of its parts may narrow them. */
function codesOf(schema: Schema): unknown[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(codesOf);
  const lists = parts(schema).flatMap(({ properties }) => properties?.['error']?.enum ?? []);
  const narrowing = parts(schema).flatMap(({ properties }) =>
    properties?.['error']?.enum === undefined ? [] : [properties['error'].enum],
  );
  return [...new Set(lists)].filter((code) => narrowing.every((list) => list.includes(code)));
}

/** What the words of each code are about: those of no other code are. */
const belongs: Readonly<Record<ErrorCode, RegExp>> = {
  INVALID_MOOD_STATE: /^(?:moodState|state): expected one of neutral, positive, negative\.$/,
  INVALID_CUSTOM_MESSAGE: /custom message/i,
  INVALID_RESPONSE_DELAY: /^responseDelay: /,
  INVALID_EXPIRES_AT: /^expiresAt /,
  INVALID_TEMPLATE: /^Line \d+, column \d+: There is no variable/,
  INVALID_REQUEST: /not valid JSON|too much to look through|expected a UUID|Unrecognized key|no valid URL|Content-Type/,
  UNAUTHORIZED: /^Only |access token|scope/,
  TERMS_NOT_ACCEPTED: /^Accept version .* terms/,
  FEATURE_DISABLED: /^(Moods cannot be updated right now: |The flags of this system come from )/,
  ALERT_NOT_FOUND: /^No alert has the ID/,
  MODEL_NOT_FOUND: /^No model has the ID/,
  TEMPLATE_NOT_FOUND: /^There is no template|^No template found/,
  EXPERIMENT_NOT_FOUND: /^No template has the experiment/,
  TEMPLATE_RENDER_FAILED: /^The template needs/,
  IDEMPOTENCY_CONFLICT: /another userId/,
  VERSION_CONFLICT: /^You edited version|^Your mood has |^The experiment ".*" does not run/,
  MOOD_HELD: /^An administrator has set your mood/,
  RATE_LIMIT_EXCEEDED: /^Maximum 50 mood changes|^Too many of your requests were refused/,
  TOO_MANY_REQUESTS: /^Too many requests\./,
  SYSTEM_ERROR: /^Something went wrong|not available right now/,
};

describe('the error answers of the document', () => {
  test('have an example of each code that they can have, in the words of that code', () => {
    const seen = new Set<string>();
    for (const { operation } of operations) {
      for (const [status, { content }] of Object.entries(operation.responses)) {
        const answer = content?.['application/json'];
        if (answer === undefined || Number(status) < 400 || codesOf(answer.schema).length === 0) continue;
        const place = `${operation.operationId} ${status}`;
        const examples = Object.entries(answer.examples ?? {});
        expect([place, examples.map(([name]) => name).toSorted()]).toEqual([place, codesOf(answer.schema).map(String).toSorted()]);
        for (const [name, { value }] of examples) {
          expect([place, value.error]).toEqual([place, name]);
          const about = errorCodes.filter((code) => belongs[code].test(value.message));
          expect([place, value.message, about]).toEqual([place, value.message, [value.error]]);
          expect([place, name, value.resetTime !== undefined]).toEqual([place, name, name === 'RATE_LIMIT_EXCEEDED']);
          expect([place, name, value.heldUntil !== undefined]).toEqual([place, name, name === 'MOOD_HELD']);
          seen.add(name);
        }
      }
    }
    expect([...seen].toSorted()).toEqual([...errorCodes].toSorted());
  });

  test('name the code of every field that has one of its own', () => {
    const ownCode = {
      moodState: 'INVALID_MOOD_STATE',
      customMessage: 'INVALID_CUSTOM_MESSAGE',
      responseDelay: 'INVALID_RESPONSE_DELAY',
      expiresAt: 'INVALID_EXPIRES_AT',
      content: 'INVALID_TEMPLATE',
      templates: 'INVALID_TEMPLATE',
    };
    for (const { operation } of operations) {
      const { operationId, parameters = [], requestBody, responses } = operation;
      const fields =
        requestBody === undefined
          ? []
          : parts(requestBody.content['application/json'].schema).flatMap(({ properties = {} }) => Object.keys(properties));
      const codes = Object.entries(ownCode).flatMap(([field, code]) => (fields.includes(field) ? [code] : []));
      if (parameters.some(({ name, in: where }) => where === 'query' && ['moodState', 'state'].includes(name)))
        codes.push('INVALID_MOOD_STATE');
      const named = codesOf(responses['400']?.content?.['application/json']?.schema ?? {});
      expect([operationId, named]).toEqual([operationId, expect.arrayContaining(['INVALID_REQUEST', ...codes])]);
    }
  });

  test('are word for word what a caller reads', async () => {
    const model = await stack.createModel();
    const [withoutTerms] = await stack.platform.createPerformers();
    const [admin, service] = await Promise.all([stack.platform.token('admin'), stack.platform.token('service')]);
    const update = '/api/v1/mood/update';
    const unknown = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
    const cases: [operationId: string, status: number, method: string, path: string, token: string | undefined, json?: unknown][] = [
      ['updateMood', 400, 'POST', update, model.token, { moodState: 'angry' }],
      ['updateMood', 400, 'POST', update, model.token, { moodState: 'positive', customMessage: 'a'.repeat(212) }],
      ['updateMood', 400, 'POST', update, model.token, { moodState: 'positive', responseDelay: 301 }],
      ['updateMood', 400, 'POST', update, model.token, { moodState: 'positive', expiresAt: '2020-01-01T00:00:00Z' }],
      ['updateMood', 401, 'POST', update, undefined, { moodState: 'positive' }],
      ['updateMood', 403, 'POST', update, admin, { moodState: 'positive' }],
      ['updateMood', 403, 'POST', update, await stack.platform.token('model', withoutTerms), { moodState: 'positive' }],
      ['getMood', 400, 'GET', '/api/v1/mood/sophia', model.token],
      ['getMood', 404, 'GET', `/api/v1/mood/${unknown}`, model.token],
      ['overrideMood', 403, 'POST', `/api/v1/admin/mood/${unknown}/update`, model.token, { moodState: 'positive' }],
      ['overrideMood', 404, 'POST', `/api/v1/admin/mood/${unknown}/update`, admin, { moodState: 'positive', reason: 'A reason.' }],
      ['readTemplate', 404, 'GET', `/api/v1/admin/mood/template/${unknown}`, admin],
      ['readAuditLog', 400, 'GET', '/api/v1/admin/mood/audit?state=angry', admin],
      ['listTemplates', 400, 'GET', '/api/v1/admin/mood/templates?moodState=angry', admin],
      ['listTemplates', 403, 'GET', '/api/v1/admin/mood/templates', service],
      ['getTemplate', 403, 'GET', `/api/v1/mood/template?modelId=${model.id}&templateType=greeting&explain=true`, model.token],
      ['renderTemplate', 403, 'POST', '/api/v1/mood/template/render', model.token, {}],
    ];
    for (const [operationId, status, method, path, token, json] of cases) {
      const answer = await stack.api.call(method, path, { ...(token !== undefined && { token }), ...(json !== undefined && { json }) });
      const operation = operations.find((one) => one.operation.operationId === operationId)?.operation;
      const examples = operation?.responses[status]?.content?.['application/json']?.examples ?? {};
      expect([operationId, answer.status, answer.body]).toEqual([operationId, status, examples[answer.body.error]?.value]);
    }
  });
});

describe('the prefilled requests', () => {
  test('of a mood name Sophia, and say every field', () => {
    const body = (id: string) =>
      operations.find(({ operation }) => operation.operationId === id)?.operation.requestBody?.content['application/json'].example;
    expect(body('updateMood')).toEqual({
      moodState: 'positive',
      customMessage: 'Feeling great today!',
      autoRespond: false,
      responseDelay: 30,
      expiresAt: null,
    });
    expect(body('renderTemplate')).toMatchObject({ modelId: 'a0000000-0000-4000-8000-000000000001' });
  });
});
