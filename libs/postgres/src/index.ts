export { isOutageAnswer } from './outage-answer.ts';
export { idleConnectionMs, keepAlive, pooledClient } from './pooled-client.ts';
export { sessionSetup } from './session.ts';
export type { SessionSettings } from './session.ts';
