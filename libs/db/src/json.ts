/** ISO 8601 has a year 0; PostgreSQL writes it 1 BC. No input has an earlier one. */
function instantAsText(instant: Date): string {
  const text = instant.toISOString();
  return text.startsWith('0000-') ? `0001-${text.slice('0000-'.length)} BC` : text;
}

function asJson(value: unknown): unknown {
  // JSON can name half of a character, and PostgreSQL refuses it; the driver replaces it in a value of its own.
  if (typeof value === 'string') return value.toWellFormed();
  if (value instanceof Date) return instantAsText(value);
  return Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value;
}

function recordAsJson(record: object): object {
  // A copy by spreading keeps the shape that the engine knows: half the time of building it field by field.
  const fields: Record<string, unknown> = { ...record };
  for (const name in fields) fields[name] = asJson(fields[name]);
  return fields;
}

/**
 * A record, or a list of them, as a parameter of JSON whose fields PostgreSQL reads by the names of a type: instants and bytes in the form in
 * which it reads them there. @throws when the database reads it: the character 0 in a text, which it cannot store.
 */
export function toJson(given: object | readonly object[]): string {
  return JSON.stringify(Array.isArray(given) ? given.map(recordAsJson) : recordAsJson(given));
}
