import { en } from './en.ts';

/** Every text of the panel. Another language is another object of this type. */
export type Words = typeof en;

/** The texts in the language of the reader. */
export const words: Words = en;
