/** Both ends of an ID: the beginning of many is the time at which they were made, and equal. */
export const shortId = (id: string): string => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id);
