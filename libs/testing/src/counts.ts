/** How often a test repeats: the full count in `npm run test:faults`, the reduced one in `npm test`. */
export function count(full: number, reduced: number): number {
  return process.env['TEST_COUNTS'] === 'full' ? full : reduced;
}
