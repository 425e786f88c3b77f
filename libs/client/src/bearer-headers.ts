import type { Deadline } from './deadline.ts';
import type { TokenSource } from './mood-api.ts';
import { Outage } from './mood-client-error.ts';

/** The headers of a request. @throws Outage `no-token`. */
export async function bearerHeaders(token: TokenSource, deadline: Deadline): Promise<Headers> {
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/json' });
  const bearer = typeof token === 'string' ? token : await askFor(token, deadline);
  if (typeof bearer !== 'string' || bearer === '') throw new Outage('no-token', 'There is no token to ask the mood system with.');
  try {
    headers.set('authorization', `Bearer ${bearer}`);
  } catch {
    // The error of the platform quotes the token: it is not passed on.
    throw new Outage('no-token', 'The token holds characters that cannot be sent.');
  }
  return headers;
}

async function askFor(token: () => string | Promise<string>, deadline: Deadline): Promise<unknown> {
  try {
    const asked = (async () => token())();
    return await deadline.within(asked, () => new Error('the token did not come in time'));
  } catch (error) {
    throw new Outage('no-token', 'There is no token to ask the mood system with.', { cause: error });
  }
}
