import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DependencyUnavailable } from '@mood/domain';
import { createCapturedLog } from '@mood/testing/captured-log';
import { createAuthService } from './auth-service.ts';
import { createPerformerDirectory, createUserDirectory } from './directory.ts';
import { createAnalyticsGateway, createMessageGateway } from './gateways.ts';
import { startTinyServer } from '@mood/testing/tiny-server';
import type { TinyServer } from '@mood/testing/tiny-server';
import { UnusableAnswer } from './unusable-answer.ts';

let server: TinyServer;
beforeAll(async () => {
  server = await startTinyServer();
});
beforeEach(() => {
  server.seen.length = 0;
});
afterAll(() => server.close());

const services = () => ({ baseUrl: server.url, timeoutMs: 5_000 });
const idOf = (n: number) => `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
/** Whose answer is odd. */
const odd = idOf(0);
const others = [1, 2, 3, 4, 5, 6, 7, 8].map(idOf);
/** More than the breaker allows in a row. */
const repeats = 12;

type Answer = (response: ServerResponse) => void;
const body =
  (text: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }, status = 200): Answer =>
  (response) =>
    response.writeHead(status, headers).end(text);
const json = (value: unknown): Answer => body(JSON.stringify(value));
const status = (code: number, text = ''): Answer => body(text, {}, code);
const onWire =
  (bytes: string): Answer =>
  (response) =>
    response.socket?.end(bytes);

/** The odd answer for one, a good one for everybody else. */
function answerOddly(answer: Answer): void {
  server.answer((response, { url = '' }) => {
    const id = url.split('/').at(-1) ?? '';
    return id === odd ? answer(response) : json({ id, displayName: `Name ${id}`, tier: 'gold' })(response);
  });
}

async function expectOthersToBeKnown(find: (id: string) => Promise<{ displayName: string | null } | null>) {
  const found = await Promise.all(others.map(find));
  expect(found.map((person) => person?.displayName)).toEqual(others.map((id) => `Name ${id}`));
}

const userFrom = (found: { displayName: string | null; tier: string | null } | null) => found && [found.displayName, found.tier];

/** Answers that can be read in part. */
const partly: [string, unknown, string | null, string | null][] = [
  ['an unknown tier', { displayName: 'Nora', tier: 'diamond' }, 'Nora', null],
  ['a tier in upper case', { displayName: 'Nora', tier: 'GOLD' }, 'Nora', 'gold'],
  ['a tier with blanks', { displayName: 'Nora', tier: ' Platinum ' }, 'Nora', 'platinum'],
  ['an empty tier', { displayName: 'Nora', tier: '' }, 'Nora', null],
  ['a number for a tier', { displayName: 'Nora', tier: 3 }, 'Nora', null],
  ['an object for a tier', { displayName: 'Nora', tier: { name: 'gold' } }, 'Nora', null],
  ['a list of tiers', { displayName: 'Nora', tier: ['gold'] }, 'Nora', null],
  ['the name of a property of every object', { displayName: 'Nora', tier: 'constructor' }, 'Nora', null],
  ['no name', { tier: 'gold' }, null, 'gold'],
  ['a null name', { displayName: null, tier: 'gold' }, null, 'gold'],
  ['a number for a name', { displayName: 42, tier: 'gold' }, null, 'gold'],
  ['a list for a name', { displayName: ['Nora'], tier: 'gold' }, null, 'gold'],
  ['an object for a name', { displayName: { first: 'Nora' }, tier: 'gold' }, null, 'gold'],
  ['true for a name', { displayName: true, tier: 'gold' }, null, 'gold'],
  ['a name of 900,000 characters', { displayName: 'N'.repeat(900_000), tier: 'gold' }, null, 'gold'],
  ['a numeric id', { id: 12, displayName: 'Nora', tier: 'gold' }, 'Nora', 'gold'],
  ['an id of the platform’s own', { id: 'usr_12', displayName: 'Nora', tier: 'gold' }, 'Nora', 'gold'],
  ['an id in upper case', { id: odd.toUpperCase(), displayName: 'Nora', tier: 'gold' }, 'Nora', 'gold'],
  ['a null id', { id: null, displayName: 'Nora', tier: 'gold' }, 'Nora', 'gold'],
  ['a locale that is none', { displayName: 'Nora', tier: 'gold', locale: { language: 'fr' } }, 'Nora', 'gold'],
  ['nothing at all', {}, null, null],
  ['fields of its own', { displayName: 'Nora', tier: 'gold', __proto__: null, extra: { deep: [1, 2, 3] } }, 'Nora', 'gold'],
];

describe('an odd answer about one user', () => {
  test.each(partly)('with %s costs that field alone', async (_what, answer, name, tier) => {
    const directory = createUserDirectory(services());
    answerOddly(json(answer));
    for (let n = 0; n < repeats; n += 1) expect(userFrom(await directory.findUser(odd))).toEqual([name, tier]);
    await expectOthersToBeKnown((id) => directory.findUser(id));
  });

  test('with a byte order mark, or of another type, is read all the same', async () => {
    const directory = createUserDirectory(services());
    answerOddly(body('\uFEFF{"displayName":"Zoë","tier":"gold"}', { 'content-type': 'text/plain; charset=iso-8859-1' }));
    expect(userFrom(await directory.findUser(odd))).toEqual(['Zoë', 'gold']);
    answerOddly(body('{"displayName":"Zoë","tier":"gold"}', {}));
    expect(userFrom(await directory.findUser(odd))).toEqual(['Zoë', 'gold']);
  });

  test('is told of once a minute by the name of the field, never by its value', async () => {
    const log = createCapturedLog();
    const seen: string[] = [];
    const directory = createUserDirectory({ ...services(), logger: log.logger, onOddField: (field) => seen.push(field) });
    answerOddly(json({ displayName: { secret: 'Nora' }, tier: 'diamond', locale: null }));
    for (let n = 0; n < 3; n += 1) await directory.findUser(odd);
    expect(seen).toEqual(['displayName', 'tier', 'displayName', 'tier', 'displayName', 'tier']);
    const { lines } = log;
    expect(lines).toEqual([
      expect.objectContaining({ service: 'user service', field: 'displayName' }),
      expect.objectContaining({ service: 'user service', field: 'tier' }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/Nora|diamond/);
  });
});

/** Answers that say nothing of who was asked for, though the service is there. */
const unusable: [string, Answer][] = [
  ['HTML', body('<html>Sign in</html>', { 'content-type': 'text/html' })],
  ['HTML that calls itself JSON', body('<html>Sign in</html>')],
  ['half of its JSON', body('{"displayName":')],
  ['two JSON texts', body('{"displayName":"Nora"}{"tier":"gold"}')],
  ['a list', json([{ displayName: 'Nora' }])],
  ['an empty list', json([])],
  ['null', json(null)],
  ['a text', json('Nora')],
  ['a number', json(7)],
  ['204', status(204)],
  ['nothing', body('')],
  ['blanks', body('  \n')],
  ['UTF-16', body(Buffer.from('\uFEFF{"displayName":"Nora"}', 'utf16le'))],
  ['compressed bytes that nobody asked for', body(gzipSync('{"displayName":"Nora"}'), { 'content-encoding': 'gzip' })],
  ['2 MiB', body(JSON.stringify({ displayName: 'Nora', more: 'x'.repeat(2_097_152) }))],
  ['a list 500,000 deep', body('['.repeat(500_000))],
  ['a redirect', body('', { location: '/elsewhere' }, 302)],
  ['304', status(304)],
  ['too many requests', status(429)],
  ['too early', status(425)],
  ['a time-out of its own', status(408)],
  ['a refusal', status(403, '{"error":"FORBIDDEN"}')],
  ['somebody else', json({ id: idOf(99), displayName: 'Not Nora', tier: 'platinum' })],
  ['no HTTP', onWire('SSH-2.0-OpenSSH_9.2\r\n\r\n')],
  ['a status that is no number', onWire('HTTP/1.1 two hundred\r\n\r\n')],
  ['40 KiB of headers', onWire(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(40_960)}\r\ncontent-length: 2\r\n\r\n{}`)],
];

describe('an answer about one person that is', () => {
  test.each(unusable)('%s costs nobody else their name', async (_what, answer) => {
    const [users, performers] = [createUserDirectory(services()), createPerformerDirectory(services())];
    answerOddly(answer);
    for (let n = 0; n < repeats; n += 1) {
      await expect(users.findUser(odd)).rejects.toBeInstanceOf(DependencyUnavailable);
      await expect(performers.findPerformer(odd)).rejects.toBeInstanceOf(DependencyUnavailable);
    }
    await expectOthersToBeKnown((id) => users.findUser(id));
    await expectOthersToBeKnown((id) => performers.findPerformer(id));
  });

  test.each(['HTML', '429'])('%s is not asked for a second time at once', async (what) => {
    answerOddly(what === '429' ? status(429) : body('<html></html>'));
    await expect(createUserDirectory(services()).findUser(odd)).rejects.toBeInstanceOf(UnusableAnswer);
    expect(server.seen).toHaveLength(1);
  });

  test('no JSON is not quoted in the error: it may hold a name', async () => {
    answerOddly(body('{"displayName":"Nora"'));
    const failure = { cause: { message: 'the answer is not JSON' } };
    await expect(createUserDirectory(services()).findUser(odd)).rejects.toMatchObject(failure);
  });
});

describe('a performer', () => {
  test.each(partly)('with %s exists', async (_what, answer, name) => {
    answerOddly(json(answer));
    expect(await createPerformerDirectory(services()).findPerformer(odd)).toEqual({ id: odd, displayName: name });
  });
});

describe('a service that does not answer', () => {
  test.each<[string, Answer]>([
    ['hangs up', (response) => response.destroy()],
    ['answers 500', status(500, '<html>Bad gateway</html>')],
    ['answers 502', status(502)],
    ['answers 503', status(503)],
    ['breaks off', (response) => response.write('{"displ', () => response.destroy())],
  ])('and %s is left alone, for everybody', async (_how, answer) => {
    const directory = createUserDirectory(services());
    answerOddly(answer);
    for (let n = 0; n < 5; n += 1) await expect(directory.findUser(odd)).rejects.toBeInstanceOf(DependencyUnavailable);
    await expect(directory.findUser(others[0] ?? '')).rejects.toMatchObject({ name: 'DependencyUnavailable' });
  });

  test('and then answers oddly has answered: the failures before do not count any more', async () => {
    const directory = createUserDirectory(services());
    for (let round = 0; round < 4; round += 1) {
      answerOddly(status(503));
      // Each question is asked twice.
      for (let n = 0; n < 2; n += 1) await expect(directory.findUser(odd)).rejects.toBeInstanceOf(DependencyUnavailable);
      answerOddly(body('<html></html>'));
      await expect(directory.findUser(odd)).rejects.toBeInstanceOf(UnusableAnswer);
    }
    await expectOthersToBeKnown((id) => directory.findUser(id));
  });
});

describe('the message service', () => {
  const message = { conversationId: 'c1', senderId: odd, recipientId: others[0] ?? '', text: 'Hi' };
  const notification = { recipientId: odd, type: 'mood_expired', text: 'Hi' };

  test.each<[string, Answer]>([
    ['JSON', json({ id: 7 })],
    ['JSON of another form', json([null])],
    ['half of its JSON', body('{"id":')],
    ['plain text', body('OK', { 'content-type': 'text/plain' })],
    ['nothing', body('')],
    ['204', status(204)],
    ['201 with a location', body('', { location: '/messages/7' }, 201)],
    ['202', status(202)],
    ['2 MiB', body('x'.repeat(2_097_152))],
    ['a body that never ends', (response) => void response.writeHead(200).write('{"id":')],
    ['a body that breaks off', (response) => response.writeHead(200).write('{"id":', () => response.destroy())],
  ])('that answers with success and %s has taken what it was told', async (_what, answer) => {
    const messages = createMessageGateway({ ...services(), timeoutMs: 2_000 });
    server.answer(answer);
    await expect(messages.sendMessage(message, 'key-1')).resolves.toBeUndefined();
    await expect(messages.notify(notification, 'key-2')).resolves.toBeUndefined();
    await expect(createAnalyticsGateway(services()).trackEvents([], 'key-3')).resolves.toBeUndefined();
    expect(server.seen).toHaveLength(3);
  });

  test.each<[string, Answer]>([
    ['a web page', body('<html>We are back soon</html>', { 'content-type': 'Text/HTML; charset=utf-8' })],
    ['a redirect', body('', { location: '/login' }, 302)],
    ['429', status(429)],
  ])('that answers with %s is told again by the job, and does not count as down', async (_what, answer) => {
    const messages = createMessageGateway(services());
    server.answer(answer);
    for (let n = 0; n < repeats; n += 1) {
      await expect(messages.sendMessage(message, 'key-1')).rejects.toBeInstanceOf(DependencyUnavailable);
    }
    server.answer(json({}));
    await expect(messages.sendMessage(message, 'key-1')).resolves.toBeUndefined();
    expect(server.seen).toHaveLength(repeats + 1);
  });
});

describe('the authentication service', () => {
  test.each<[string, Answer]>([
    ['"true" as text', json({ active: 'true' })],
    ['1', json({ active: 1 })],
    ['null', json({ active: null })],
    ['nothing', json({})],
    ['a list', json([{ active: true }])],
    ['HTML', body('<html>active</html>')],
    ['204', status(204)],
    ['404', status(404)],
    ['a redirect', body('', { location: '/login' }, 302)],
    ['a refusal', status(401)],
  ])('that says %s of one session has said neither yes nor no, and is asked about others', async (_what, answer) => {
    const auth = createAuthService(services());
    server.answer((response, { body: form }) => (form.includes('token=odd') ? answer(response) : json({ active: true })(response)));
    for (let n = 0; n < repeats; n += 1) await expect(auth.isSessionActive('odd')).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(await auth.isSessionActive('good')).toBe(true);
  });

  test.each<[unknown, boolean]>([
    [{ active: true, exp: 'never', scope: 7, sub: null }, true],
    [{ active: false, exp: 'never', error: ['odd'] }, false],
  ])('is believed when it says %j, whatever else it says', async (answer, active) => {
    server.answer(json(answer));
    expect(await createAuthService(services()).isSessionActive('token')).toBe(active);
  });
});
