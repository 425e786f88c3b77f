import process from 'node:process';

/**
 * Preloaded into a process (`--import`), it shifts what the host takes for the time by CLOCK_SHIFT_MS, as a host whose clock is wrong.
 * A monotonic clock is not touched by that, here neither.
 */
const shiftMs = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);
const RealDate = Date;

const ShiftedDate = new Proxy(RealDate, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [target.now() + shiftMs] : given, newTarget),
  apply: (target) => new target(target.now() + shiftMs).toString(),
  get: (target, name, receiver) => (name === 'now' ? () => target.now() + shiftMs : Reflect.get(target, name, receiver)),
});
globalThis.Date = ShiftedDate;
