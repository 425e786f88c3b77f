/** Where a floor listens, as it said when it was ready. */
export function floorUrl(ready: unknown): string {
  if (typeof ready === 'object' && ready !== null && 'port' in ready && typeof ready.port === 'number')
    return `http://127.0.0.1:${ready.port}`;
  throw new Error('the floor did not say which port it listens on');
}
