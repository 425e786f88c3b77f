import { attempt, run } from './command.ts';

/** The addresses of documentation, which are nobody's: those of this end, and of the client's. */
const ends = { v4: ['198.51.100.1', '198.51.100.7'], v6: ['2001:db8:a5::1', '2001:db8:a5::7'] } as const;

/** Somebody on another host: a network of its own on this machine, joined to it by a cable of two ends. */
export interface NetworkClient {
  v4: string;
  v6: string;
  /** A request, as curl makes it. @param by 4 or 6. @returns the status, and the body. */
  request(by: 4 | 6, port: number, pathname: string, options: readonly string[]): Promise<{ status: number; body: string }>;
  remove(): Promise<void>;
}

export async function createNetworkClient(name: string): Promise<NetworkClient> {
  const inside = ['netns', 'exec', name, 'ip'];
  const remove = async () => {
    await attempt('ip', ['netns', 'delete', name]);
    await attempt('ip', ['link', 'delete', `${name}0`]);
  };
  await remove();
  await run('ip', ['netns', 'add', name]);
  try {
    await run('ip', ['link', 'add', `${name}0`, 'type', 'veth', 'peer', 'name', `${name}1`, 'netns', name]);
    await run('ip', ['address', 'add', `${ends.v4[0]}/24`, 'dev', `${name}0`]);
    await run('ip', ['-6', 'address', 'add', `${ends.v6[0]}/64`, 'dev', `${name}0`, 'nodad']);
    await run('ip', ['link', 'set', `${name}0`, 'up']);
    await run('ip', [...inside, 'address', 'add', `${ends.v4[1]}/24`, 'dev', `${name}1`]);
    await run('ip', [...inside, '-6', 'address', 'add', `${ends.v6[1]}/64`, 'dev', `${name}1`, 'nodad']);
    await run('ip', [...inside, 'link', 'set', `${name}1`, 'up']);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    v4: ends.v4[1],
    v6: ends.v6[1],
    async request(by, port, pathname, options) {
      const host = by === 4 ? ends.v4[0] : `[${ends.v6[0]}]`;
      const curl = ['curl', '--silent', '--show-error', '--max-time', '20', '--write-out', '\n%{http_code}', ...options];
      const output = await run('ip', ['netns', 'exec', name, ...curl, `https://${host}:${port}${pathname}`]);
      const at = output.lastIndexOf('\n');
      return { status: Number(output.slice(at + 1)), body: output.slice(0, at) };
    },
    remove,
  };
}
