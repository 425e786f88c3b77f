/** Characters that a path may hold unescaped (RFC 3986, `pchar` without `;`). */
const pathCharacters = /^(?:[A-Za-z0-9\-._~!$&'()*+,=:@/]|%[0-9A-Fa-f]{2})*$/;
/**
 * Escapes that are not allowed: of characters that need none (`%61`), of separators (`%2F`, `%5C`, `%3B`), of control characters, and of
 * `%` itself.
 */
const needlessEscape = /%(?:[01][0-9A-F]|2[5DEF]|3[0-9B]|4[1-9A-F]|5[0-9ACF]|6[1-9A-F]|7[0-9AEF])/i;
const brokenEscape = /%(?![0-9A-Fa-f]{2})/;
/** Segments that are not allowed: `.`, `..`, and empty ones, except after the last slash. */
const stepsOrGaps = /\/(?:\.{1,2}(?:\/|$)|\/)/;

/**
 * Checks that a request target is a path in normal form, with or without a query. A proxy or a limit before the API has to see the same
 * path as the router: a target that can be read in two ways is refused.
 * @returns what is wrong, in words; undefined when nothing is.
 */
export function problemOfTarget(target: string): string | undefined {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  if (!path.startsWith('/')) return 'the request target is no path: it begins with "/"';
  if (!pathCharacters.test(path)) return 'the path holds characters that have to be escaped, or a broken escape';
  if (stepsOrGaps.test(path)) return 'the path holds ".", ".." or "//"';
  if (path.includes('%') && (needlessEscape.test(path) || !isUtf8(path))) return 'the path holds an escape that is not needed, or no UTF-8';
  const query = mark === -1 ? '' : target.slice(mark + 1);
  if (query.includes('#')) return 'the request target holds a fragment';
  if (query.includes('%') && (brokenEscape.test(query) || !isUtf8(query))) return 'the query holds a broken escape, or no UTF-8';
  return undefined;
}

function isUtf8(escaped: string): boolean {
  try {
    decodeURIComponent(escaped);
    return true;
  } catch {
    return false;
  }
}

const absoluteForm = /^(https?):\/\/([^/?#]*)(.*)$/is;

/** The absolute form of a request target (RFC 9112, 3.2.2). */
export interface AbsoluteTarget {
  scheme: string;
  /** The authority part as it was sent, valid or not. */
  authority: string;
  /** The same target as a path with its query: the form for all servers but proxies. */
  target: string;
}

/** @returns undefined for a target in another form. */
export function readAbsoluteTarget(text: string): AbsoluteTarget | undefined {
  const [, scheme, authority = '', rest = ''] = absoluteForm.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  return { scheme: scheme.toLowerCase(), authority, target: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Whether an absolute target and a `Host` header name the same host and port. */
export function isOfHost({ scheme, authority }: AbsoluteTarget, host: string): boolean {
  const usualPort = scheme === 'http' ? /:80$/ : /:443$/;
  const plain = (text: string) => text.toLowerCase().replace(usualPort, '');
  return plain(authority) === plain(host);
}
