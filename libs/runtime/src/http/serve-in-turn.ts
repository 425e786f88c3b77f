import type { RequestListener, Server } from 'node:http';
import { createAnswersUnderWay } from './answers-under-way.ts';
import { boundLeftoverBody } from './leftover-body.ts';
import { refuseBadRequests } from './refuse-requests.ts';
import type { RefusalOptions } from './refuse-requests.ts';
import { takeTurns } from './turns.ts';

/**
 * Serves the requests of each connection one after the other, with bounds on waiting requests and unread answers. Requests that must not
 * reach the listener are refused in their turn.
 * @param listener resolves when it has written its answer; it must not reject.
 */
export function serveInTurn(
  server: Server,
  listener: (...call: Parameters<RequestListener>) => Promise<void>,
  options: RefusalOptions,
): void {
  const refused = refuseBadRequests(server, options);
  const inTurn = takeTurns(async (request, response) => {
    if (!refused(request, response)) await listener(request, response);
  }, createAnswersUnderWay());

  server.on('request', (request, response) => {
    boundLeftoverBody(request, response);
    inTurn(request, response);
  });
}
