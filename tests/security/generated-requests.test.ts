import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { count } from '@mood/testing/counts';
import { makeKnownValues } from './generated-requests/known-values.ts';
import { leaksIn } from './generated-requests/leaks.ts';
import { operationsOf } from './generated-requests/operations.ts';
import type { Document, Operation } from './generated-requests/operations.ts';
import { validParts, write } from './generated-requests/requests.ts';
import type { WrittenRequest } from './generated-requests/requests.ts';
import type { KnownValues } from './generated-requests/schema-values.ts';
import { createSender } from './generated-requests/send.ts';
import { hostile } from './generated-requests/hostile.ts';
import { nearlyValid } from './generated-requests/nearly-valid.ts';
import { createResponseValidator } from '@mood/testing/response-validator';
import type { OpenApiDocument } from '@mood/testing/response-validator';
import { startStack } from '@mood/testing/stack';
import type { Model, Stack } from '@mood/testing/stack';

const env = {
  REQUESTS_PER_MINUTE_PER_IP: '0',
  REQUESTS_PER_MINUTE_PER_PRINCIPAL: '0',
  FAILED_AUTHENTICATIONS_PER_MINUTE_PER_IP: '0',
  // Where there is plenty, Node.js collects late, and its size says little. What is kept has to fit into this, or the process ends.
  NODE_OPTIONS: '--max-old-space-size=192',
};
/** Of tokens; the document may name more. */
const scopes = ['mood:render', 'auto-replies:write', 'audit:read'];
/** Each of them may change its mood 50 times in the hour. */
const modelCount = 12;
const maxMemoryBytes = 512 * 1_048_576;

interface Sent {
  operation: string;
  kind: 'valid' | 'nearly valid' | 'hostile';
  caller: string;
  request: WrittenRequest;
}

let stack: Stack;
let models: Model[];
let document: OpenApiDocument & Document;
let operations: Operation[];
let known: KnownValues;
/** By caller: a role, and for services and administrators also with a scope; models by number. Nobody has none. */
const tokens = new Map<string, string>();

beforeAll(async () => {
  stack = await startStack({ env });
  models = await Promise.all(Array.from({ length: modelCount }, () => stack.createModel()));
  models.forEach(({ token }, n) => tokens.set(`model ${n}`, token));
  const [withoutTerms] = await stack.platform.createPerformers();
  tokens.set('model without terms', await stack.platform.token('model', withoutTerms));
  for (const role of ['user', 'admin', 'service']) tokens.set(role, await stack.platform.token(role));
  document = JSON.parse(await (await fetch(`${stack.api.url}/openapi.json`)).text());
  operations = operationsOf(document);
  const named = operations.flatMap(({ access }) => access.scope ?? []);
  for (const scope of new Set([...scopes, ...named]))
    tokens.set(`service ${scope}`, await stack.platform.token('service', undefined, { scope }));
  tokens.set('admin audit:read', await stack.platform.token('admin', undefined, { scope: 'audit:read' }));
  // The last of them are never overridden: no hold keeps them from changing their moods.
  known = await makeKnownValues(
    stack,
    models.slice(0, -4).map(({ id }) => id),
  );
});
afterAll(() => stack.stop());

function mayUse({ access }: Operation, caller: string): boolean {
  const [role = '', scope] = caller.split(' ');
  if (typeof access.roles === 'string') return true;
  // The sandbox gives an administrator every scope unless one is named.
  const hasAll = role === 'admin' && scope === undefined;
  return access.roles.includes(role) && (access.scope === undefined || hasAll || access.scope === scope);
}

const rightfulCallers = (operation: Operation) => fc.constantFrom(...[...tokens.keys()].filter((caller) => mayUse(operation, caller)));

/** Requests to one operation, of every kind and from everybody, more often from those who may than from others. */
function requestsTo(operation: Operation): fc.Arbitrary<Sent> {
  const caller = fc.oneof(
    { weight: 4, arbitrary: rightfulCallers(operation) },
    { weight: 1, arbitrary: fc.constantFrom('nobody', ...tokens.keys()) },
  );
  const valid = validParts(operation, known);
  const ofKind = (kind: Sent['kind'], parts: typeof valid) =>
    fc.record({
      operation: fc.constant(operation.id),
      kind: fc.constant(kind),
      caller,
      request: parts.map(write),
    });
  return fc.oneof(ofKind('valid', valid), ofKind('nearly valid', nearlyValid(valid)), ofKind('hostile', hostile(valid)));
}

/** Requests as the document describes them, from those who may. */
function validRequestsTo(operation: Operation): fc.Arbitrary<Sent> {
  const { id } = operation;
  return fc.record({
    operation: fc.constant(id),
    kind: fc.constant<Sent['kind']>('valid'),
    caller: rightfulCallers(operation),
    request: validParts(operation, known).map(write),
  });
}

const isJson = (type: string) => /^application\/json\b/.test(type);

test(
  'whatever is asked by whomever, the answer is one that the document names, and gives nothing away',
  async () => {
    const validateAnswer = createResponseValidator(document);
    const ajv = formats.default(new Ajv2020({ strict: false }));
    const bodySchemas = new Map(operations.flatMap(({ id, body }) => (body === undefined ? [] : [[id, ajv.compile(body)] as const])));
    const secrets = [...tokens.values(), ...[stack.database.url, stack.database.serviceUrl].map((url) => new URL(url).password)].filter(
      (secret) => secret !== '',
    );
    const sender = createSender(stack.api.url);
    const methods = new Map(operations.map(({ id, method }) => [id, method]));
    const succeeded = new Set<string>();

    async function check({ operation, kind, caller, request }: Sent): Promise<void> {
      const { status, headers, type, text } = await sender.send(request, tokens.get(caller));
      const body: unknown = isJson(type) ? JSON.parse(text) : text === '' ? null : text;
      // A machine with other things to do can be late with what readiness asks for.
      if (status >= 500 && operation !== 'getReadiness') throw new Error(`answered ${status}: ${text.slice(0, 500)}`);
      if (status >= 400 && !isJson(type)) throw new Error(`answered ${status} with no JSON but ${type}: ${text.slice(0, 500)}`);
      validateAnswer(request.method, new URL(stack.api.url + request.target).pathname, status, body);
      const leaks = leaksIn(`${headers}\n${text}`, secrets);
      if (leaks.length > 0) throw new Error(`answered ${status} with ${leaks.join(', ')}`);
      if (kind === 'valid' && status < 300) succeeded.add(operation);
      const bodySchema = request.method === methods.get(operation) ? bodySchemas.get(operation) : undefined;
      // A mark of the byte order at the start is read over.
      const sent = typeof request.body === 'string' ? request.body.replace(/^\uFEFF/, '') : '';
      if (status < 300 && sent !== '' && bodySchema?.(JSON.parse(sent)) === false) {
        throw new Error(`answered ${status} to a body that the document does not allow: ${ajv.errorsText(bodySchema.errors)}`);
      }
    }

    try {
      // Without it the property would say little: valid requests of rightful callers have to get to the end, for every operation.
      for (const operation of operations) {
        for (const sent of fc.sample(validRequestsTo(operation), 300)) {
          if (succeeded.has(operation.id)) break;
          await check(sent);
        }
      }
      expect(operations.filter(({ id }) => !succeeded.has(id)).map(({ id }) => id)).toEqual([]);
      await fc.assert(fc.asyncProperty(fc.oneof(...operations.map(requestsTo)), check), { numRuns: count(20_000, 1_000) });
    } finally {
      sender.close();
    }

    const model = await stack.createModel();
    expect((await stack.api.post('/api/v1/mood/update', { moodState: 'positive' }, model.token)).status).toBe(200);
    expect((await stack.api.get(`/api/v1/mood/${model.id}`, tokens.get('user'))).body.moodState).toBe('positive');
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(stack.apiProcess.pid)]);
    expect(Number(stdout) * 1_024).toBeGreaterThan(0);
    expect(Number(stdout) * 1_024).toBeLessThan(maxMemoryBytes);
  },
  count(900_000, 240_000),
);

test.each([
  ['a stack', '{"message":"TypeError: x\\n    at readMood (a.js:1:2)"}'],
  ['a file of ours', '{"message":"file:///srv/app"}'],
  ['a statement', '{"message":"select m.id from moods m"}'],
  ['the words of the database', '{"message":"invalid input syntax for type uuid"}'],
  ['the name of a table', '{"message":"relation \\"moods\\" does not exist"}'],
  ['a token', 'x-debug\neyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln'],
  ['a password', '{"message":"postgres://api:open-sesame@db"}'],
])('an answer that holds %s would be found', (_what, text) => {
  expect(leaksIn(text, ['open-sesame'])).not.toEqual([]);
});

test('an answer that is like the usual ones would not', () => {
  expect(leaksIn('{"error":"INVALID_REQUEST","message":"from: expected a time before \\"to\\"."}', ['open-sesame'])).toEqual([]);
});
