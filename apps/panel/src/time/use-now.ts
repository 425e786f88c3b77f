import { useEffect, useState } from 'react';

const nearMs = 120_000;
const [quickMs, slowMs] = [1_000, 10_000];

/**
 * The time of this machine, which goes on by itself: each second when the moment given is near, so that seconds can be counted down.
 * @param moment ISO 8601, or null.
 * @returns milliseconds since 1970.
 */
export function useNow(moment: string | null = null): number {
  const [now, setNow] = useState(() => Date.now());
  const isNear = moment !== null && Math.abs(Date.parse(moment) - now) < nearMs;
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), isNear ? quickMs : slowMs);
    return () => window.clearInterval(timer);
  }, [isNear]);
  return now;
}
