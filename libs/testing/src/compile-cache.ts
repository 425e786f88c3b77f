import path from 'node:path';

/** Where processes keep what Node.js made of our TypeScript, as those of `npm start` do: it is most of what a start costs. */
export const compileCache = { NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, '../../../node_modules/.cache/node') };
