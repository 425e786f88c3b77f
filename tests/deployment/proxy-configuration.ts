import { readFileSync } from 'node:fs';
import path from 'node:path';

const file = path.resolve(import.meta.dirname, '../../ops/docker/haproxy.cfg');

export interface Replica {
  port: number;
  opsPort: number;
}

/** That of docker-compose.yml, for replicas on this host instead of those that Docker names. HAProxy wants FRONT_PROXY in its environment. */
export function proxyConfiguration(port: number, replicas: readonly Replica[], tlsPort?: number): string {
  const servers = replicas.map((replica, index) => `  server api${index} 127.0.0.1:${replica.port} port ${replica.opsPort}`).join('\n');
  return readFileSync(file, 'utf8')
    .replaceAll('  server-template api 20 api:3000', servers)
    .replace(' resolvers docker resolve-prefer ipv4 init-addr none', '')
    .replace('bind :8080', `bind 127.0.0.1:${port}`)
    .replace('bind :::8443 v4v6', `bind 127.0.0.1:${tlsPort ?? 0}`);
}
