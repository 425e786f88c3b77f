import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AnswersUnderWay } from './answers-under-way.ts';

type Socket = IncomingMessage['socket'];

export interface TurnBounds {
  /** When this many requests of a connection wait for their turn, no more are read from it. */
  pauseAt: number;
  /** … and with this many the connection is closed: requests that had been read already can exceed the bound above. */
  perConnection: number;
  /** When this many requests of all connections wait for their turn, a connection that sends another one is closed. */
  perProcess: number;
}

export const usualTurnBounds: TurnBounds = { pauseAt: 16, perConnection: 256, perProcess: 4_096 };

/** The unanswered requests of one connection. */
interface Line {
  isBusy: boolean;
  readonly waiting: [IncomingMessage, ServerResponse][];
}

/**
 * Runs the requests of a connection one after the other: the next one starts when the answer to the last one has left the process. Node.js
 * itself starts all pipelined requests at once, and keeps their answers in memory until the client reads them.
 * @param underWay is told when an answer was written, and when it has left.
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
    // After a client has gone, or after an answer that closes the connection, its waiting requests are not started: the client was told to
    // expect no answer to them. They are forgotten when the socket closes.
    if (socket.destroyed || socket.writableEnded) return;
    line.isBusy = false;
    const first = line.waiting.shift();
    if (first === undefined) return;
    waitingInAll -= 1;
    begin(line, ...first);
    // Node.js resumes reading after each answer, so reading is paused again.
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
