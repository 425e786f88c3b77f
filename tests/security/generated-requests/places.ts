/** Where something stands in a JSON value: the keys and indexes that lead to it. */
export type Place = readonly (string | number)[];

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Every place in a value: of the whole, of its fields, of theirs. */
export function placesIn(value: unknown, place: Place = []): Place[] {
  const inside = isObject(value)
    ? Object.entries(value).flatMap(([key, one]) => placesIn(one, [...place, Array.isArray(value) ? Number(key) : key]))
    : [];
  return [place, ...inside];
}

/** A copy in which the value at a place is another. `undefined` takes it away. */
export function withValueAt(whole: unknown, place: Place, value: unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return value;
  if (Array.isArray(whole)) return whole.map((one: unknown, index) => (index === key ? withValueAt(one, rest, value) : one));
  if (!isObject(whole)) return whole;
  const entries = Object.entries(whole).map(([name, one]) => [name, name === key ? withValueAt(one, rest, value) : one]);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}
