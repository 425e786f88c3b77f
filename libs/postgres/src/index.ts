export { isOutageAnswer } from './outage-answer.ts';
export { sessionSetup } from './session.ts';
export type { SessionSettings } from './session.ts';
