import { Agent, request } from 'node:http';
import type { WrittenRequest } from './requests.ts';

export interface RawAnswer {
  status: number;
  /** The header lines, as they came. */
  headers: string;
  type: string;
  text: string;
}

export type Send = (written: WrittenRequest, token: string | undefined) => Promise<RawAnswer>;

/** Sends requests as they are written: `fetch` would tidy paths, and refuse what no browser sends. */
export function createSender(url: string): { send: Send; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const { hostname, port } = new URL(url);

  const send: Send = ({ method, target, headers, body }, token) =>
    new Promise((resolve, reject) => {
      const length = body !== null && headers['transfer-encoding'] === undefined ? { 'content-length': Buffer.byteLength(body) } : {};
      const all = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...length, ...headers };
      const outgoing = request({ agent, host: hostname, port, method, path: target, headers: all }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
        // A stream does not end by itself: what it begins with is its answer.
        if (isStream) response.once('data', () => response.destroy());
        response.once('error', (error) => (isStream ? undefined : reject(error)));
        response.once(isStream ? 'close' : 'end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.rawHeaders.join('\n'),
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      outgoing.once('error', reject);
      outgoing.end(body ?? undefined);
    });
  return { send, close: () => agent.destroy() };
}
