/**
 * The circles of a graph: each as the nodes of a shortest way round. Two circles that share a node may show as one.
 * @param edges which nodes each node leads to; those that are no node themselves are left out.
 */
export function findCircles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const inCircles = new Set<string>();
  const circles: string[][] = [];
  for (const start of edges.keys()) {
    if (inCircles.has(start)) continue;
    const circle = wayBackTo(start, edges);
    if (circle === undefined) continue;
    circles.push(circle);
    for (const node of circle) inCircles.add(node);
  }
  return circles;
}

/** The shortest way from a node back to it, breadth first. */
function wayBackTo(start: string, edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const ahead = [start];
  for (const node of ahead) {
    for (const next of edges.get(node) ?? []) {
      if (next === start) return wayTo(node, start, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      ahead.push(next);
    }
  }
  return undefined;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end];
  for (let node = end; node !== start; way.unshift(node)) node = cameFrom.get(node) ?? start;
  return way;
}
