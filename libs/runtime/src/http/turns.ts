import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AnswersUnderWay } from './answers-under-way.ts';

type Socket = IncomingMessage['socket'];

export interface TurnBounds {
  /** Requests of one connection that wait for their turn, from which on no more is read from it. */
  pauseAt: number;
  /** … and from which on the connection is cut off: so many can come in what was read already. */
  perConnection: number;
  /** Requests of all connections that wait for their turn, from which on a connection that sends one more is cut off. */
  perProcess: number;
}

export const usualTurnBounds: TurnBounds = { pauseAt: 16, perConnection: 256, perProcess: 4_096 };

/** The requests of one connection that are not answered yet. */
interface Line {
  isBusy: boolean;
  readonly waiting: [IncomingMessage, ServerResponse][];
}

/**
 * Answers the requests of a connection one after the other: the next one begins when the answer to the last one has left the process.
 * Node.js itself begins all that a client sends at once (pipelining), and keeps the answers in memory until somebody reads them.
 * @param underWay told when an answer was written, and when it has left.
 */
export function takeTurns(
  listener: (...call: Parameters<RequestListener>) => Promise<void>,
  underWay: AnswersUnderWay,
  bounds: TurnBounds = usualTurnBounds,
): RequestListener {
  const lines = new WeakMap<Socket, Line>();
  let waitingInAll = 0;

  function lineOf(socket: Socket): Line {
    const known = lines.get(socket);
    if (known !== undefined) return known;
    const line: Line = { isBusy: false, waiting: [] };
    lines.set(socket, line);
    socket.once('close', () => {
      waitingInAll -= line.waiting.length;
      line.waiting.length = 0;
    });
    return line;
  }

  function begin(line: Line, request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    line.isBusy = true;
    response.once('close', () => {
      underWay.left(socket);
      next(line, socket);
    });
    void listener(request, response).then(() => underWay.written(socket));
  }

  function next(line: Line, socket: Socket): void {
    // What a client that is gone still wanted is not begun, nor what stands behind an answer that ends the connection: that client was told
    // to expect no answer to it. It is forgotten when the socket is closed.
    if (socket.destroyed || socket.writableEnded) return;
    line.isBusy = false;
    const first = line.waiting.shift();
    if (first === undefined) return;
    waitingInAll -= 1;
    begin(line, ...first);
    // Node.js reads on after each answer.
    if (line.waiting.length >= bounds.pauseAt) socket.pause();
    else socket.resume();
  }

  return (request, response) => {
    const { socket } = request;
    const line = lineOf(socket);
    if (!line.isBusy) return begin(line, request, response);
    if (line.waiting.length >= bounds.perConnection || waitingInAll >= bounds.perProcess) return void socket.destroy();
    line.waiting.push([request, response]);
    waitingInAll += 1;
    if (line.waiting.length >= bounds.pauseAt) socket.pause();
  };
}
