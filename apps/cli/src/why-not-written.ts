import path from 'node:path';
import { describeError, errorCode } from '@mood/runtime';

/**
 * Why a file cannot be written, and what to do about it, in words. Files are drafted under another name, which means nothing to anybody:
 * where the folder is at fault, it is named. In a container the folder is one of the host, and belongs to whoever made it there.
 */
export function whyNotWritten(file: string, error: unknown): string {
  const namesFolder = file.endsWith('/');
  const folder = namesFolder ? path.resolve(file) : path.dirname(path.resolve(file));
  switch (errorCode(error) ?? '') {
    case 'ENOENT':
      return `there is no folder ${folder}: make it first`;
    case 'ENOTDIR':
      return namesFolder ? 'name a file, not a folder' : `${folder} is no folder`;
    case 'EISDIR':
      return 'name a file, not a folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `nothing can be written in ${folder}. This process runs as user ${process.getuid?.()}: give it a folder that this user may write (chown)`;
    case 'ENOSPC':
      return `the disk of ${folder} is full`;
    default:
      return describeError(error);
  }
}
