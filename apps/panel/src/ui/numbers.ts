const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const share = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

/** What stands for a value that nobody knows: there is nothing to divide by, or it is not of that time. */
export const unknown = '–';

/** A number of things: `1,200`. Null is a dash, never 0. */
export const counted = (number: number | null): string => (number === null ? unknown : whole.format(number));

/** A share of 0.25 is `25%`. */
export const asShare = (value: number): string => share.format(value);
