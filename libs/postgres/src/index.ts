export { isOutageAnswer } from './outage-answer.ts';
export { rememberingRefusals } from './refused-connections.ts';
export { sessionSetup } from './session.ts';
export type { SessionSettings } from './session.ts';
