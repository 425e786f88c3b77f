/**
 * What to do about a file that cannot be written, as the end of a sentence; empty when nothing can be said. In a container the folder is
 * one of the host, and belongs to whoever made it there.
 */
export function writeAdvice(error: unknown): string {
  const refused = error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS');
  return refused ? `. This process runs as user ${process.getuid?.()}: give it a folder that this user may write (chown)` : '';
}
