import type { Access } from '../../auth/access.ts';

/** Who may see and use the queue board. */
export const onlyAdministrators: Access = { roles: ['admin'], refusal: 'Only administrators can open the queue board.' };
