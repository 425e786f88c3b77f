import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { claimPort } from './ports.ts';

test('a port that is taken is named, with the variable that chooses another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  await expect(claimPort({ purpose: 'the API', variable: 'PORT', port })).rejects.toMatchObject({
    name: 'LaunchError',
    message: expect.stringMatching(
      new RegExp(`^Port ${port}, wanted for the API, is taken by another program\\. Choose another: PORT=\\d+ npm start$`),
    ),
  });
  other.close();
  await once(other, 'close');
  expect(await claimPort({ purpose: 'the API', variable: 'PORT', port })).toBe(port);
});

test('0 is any free port', async () => {
  expect(await claimPort({ purpose: 'the API', variable: 'PORT', port: 0 })).toBeGreaterThan(1023);
});

test.each([
  ['SANDBOX_PORT', 4190, 4270],
  ['PORT', 6000, 6080],
])('a port that browsers refuse to call is named, with %s and one that can be used', async (variable, port, near) => {
  const refused = await claimPort({ purpose: 'the sandbox', variable, port }).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    name: 'LaunchError',
    message: expect.stringMatching(
      new RegExp(
        `^Port ${port}, wanted for the sandbox, is one that browsers refuse to call, since .*\\. Choose another: ${variable}=\\d+ npm start$`,
      ),
    ),
  });
  const suggested = Number(/=(\d+) npm start$/.exec(String(refused))?.[1]);
  expect(suggested).toBeGreaterThanOrEqual(near);
  expect(await claimPort({ purpose: 'the sandbox', variable, port: suggested })).toBe(suggested);
});
