import { parseAccept } from 'hono/utils/accept';

/** Whether who sent this `Accept` header looks at pages, as a browser does: programs get JSON. */
export const takesPages = (accept = ''): boolean => parseAccept(accept).some(({ type, q }) => type.toLowerCase() === 'text/html' && q > 0);
