/** What no answer may hold, whoever asks. */
const internals: Readonly<Record<string, RegExp>> = {
  'a stack': /(?:\n|\\n)\s+at |node_modules|file:\/\/|\.ts:\d+/,
  SQL: /\bselect\b[^"]{0,200}\bfrom\b|\binsert into\b|\bupdate\b[^"]{0,80}\bset\b|\bdelete from\b|\bon conflict\b/i,
  'words of the database':
    /\b(?:relation|column|constraint|role|database|function|operator|type) \\?["']|invalid input syntax|syntax error at|violates |duplicate key|out of range for type|invalid byte sequence|too long for type|canceling statement|deadlock detected|could not serialize|unsupported Unicode|SQLSTATE|pg_catalog|ECONNREFUSED/i,
  'a token': /\beyJ[\w-]{10,}\.[\w-]{10,}/,
};

/** Names what an answer gives away. @param secrets texts that must not be in it either. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  const found = Object.entries(internals).flatMap(([what, pattern]) => {
    const match = pattern.exec(text);
    return match === null ? [] : [`${what}: ${match[0]}`];
  });
  return [...found, ...secrets.filter((secret) => text.includes(secret)).map(() => 'a secret')];
}
