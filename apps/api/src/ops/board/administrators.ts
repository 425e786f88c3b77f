import type { Access } from '../../auth/access.ts';

/** Who may see the queue board. */
export const onlyAdministrators: Access = { roles: ['admin'], refusal: 'Only administrators can open the queue board.' };
/** Who may retry, promote, remove and pause on it. */
export const queueOperators: Access = { ...onlyAdministrators, scope: 'queues:write' };
