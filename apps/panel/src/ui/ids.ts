/** Both ends of an ID: the beginning of many is the time at which they were made, and equal. */
export const shortId = (id: string): string => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id);

const wholeId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is an ID of a person, in small letters. */
export const isWholeId = (text: string): boolean => wholeId.test(text);
