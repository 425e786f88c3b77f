/**
 * The `code` of an error: of the operating system or Node.js (`ENOENT`), of PostgreSQL (its SQLSTATE), or of a class of ours. It does not
 * use `instanceof`, which fails for errors of another realm (a vm, a test), and does not look into causes.
 * @returns undefined when the error has none, or is no object.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
}
