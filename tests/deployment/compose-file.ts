import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/** What the tests look at. */
export interface ComposeService {
  image: string;
  build?: { context: string; dockerfile: string; target: string; args: Record<string, string> };
  profiles?: string[];
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  tmpfs?: string[];
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number; start_period?: string };
  depends_on?: Record<string, { condition: string }>;
  stop_grace_period?: string;
  ports?: string[];
  deploy: { replicas?: number; resources: { limits: Record<string, unknown> } };
}
interface Compose {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
}
const root = path.resolve(import.meta.dirname, '../..');

/** As the file reads where nobody has set anything: `${NAME:-default}` is its default, `${NAME:+words}` is nothing. */
const asUnset = (text: string) => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll(/\$\{\w+:\+[^}]*\}/g, '');
export const composeText = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
export const compose: Compose = parse(asUnset(composeText), { merge: true });
export const services = Object.entries(compose.services);
export const serviceOf = (name: string): ComposeService => compose.services[name] ?? { image: '', deploy: { resources: { limits: {} } } };
