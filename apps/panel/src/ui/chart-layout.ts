interface Line {
  values: readonly (number | null)[];
}

/** The heights of a line of a stack: what it and those below it come to. A point of which nothing is known stays so. */
export function stack(lines: readonly Line[], upTo: number): (number | null)[] {
  const below = lines.slice(0, upTo + 1);
  const length = lines[upTo]?.values.length ?? 0;
  return Array.from({ length }, (_, point) => {
    const known = below.map(({ values }) => values[point] ?? null);
    return known.every((value) => value === null) ? null : known.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  });
}

/** Points that no line shows, because nothing is known of those beside them. */
export function alone(values: readonly (number | null)[]): number[] {
  const isKnown = (point: number) => (values[point] ?? null) !== null;
  return values.flatMap((_, point) => (isKnown(point) && !isKnown(point - 1) && !isKnown(point + 1) ? [point] : []));
}

/** Which points have a label under the axis: the last, and as many before it in equal steps as there is room for. */
export function ticksAt(points: number, room: number): number[] {
  const step = Math.max(1, Math.ceil(points / room));
  const found: number[] = [];
  for (let point = points - 1; point >= 0; point -= step) found.unshift(point);
  return found;
}

/** Where the cursor goes for a key; null: the key is none of its own. */
export function moveCursor(key: string, cursor: number | null, points: number): number | null {
  const last = points - 1;
  const at = cursor ?? last;
  const bound = (point: number) => Math.min(last, Math.max(0, point));
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return bound(cursor === null ? last : at - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return bound(cursor === null ? last : at + 1);
    case 'PageDown':
      return bound(at - 7);
    case 'PageUp':
      return bound(at + 7);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
