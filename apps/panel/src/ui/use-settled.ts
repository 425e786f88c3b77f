import { useEffect, useState } from 'react';

/** A text as it was when it had not changed for a while: for questions that nobody asks while somebody types. */
export function useSettled(text: string, restMs: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), restMs);
    return () => window.clearTimeout(timer);
  }, [text, restMs]);
  return settled;
}
