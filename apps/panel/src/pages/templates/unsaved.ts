import type { Form } from './form.ts';
import type { Draft } from './template.ts';

/** What somebody has typed and not saved, with what they began with. */
export interface Unsaved {
  form: Form;
  base: Draft;
  /** 0 for a new template. */
  version: number;
}

/** Kept for as long as the tab lives, so that a wrong click or Back loses no word. Not in the browser's storage. */
const kept = new Map<string, Unsaved>();

export const keepUnsaved = (id: string, unsaved: Unsaved): void => void kept.set(id, unsaved);
export const forgetUnsaved = (id: string): void => void kept.delete(id);
export const unsavedOf = (id: string): Unsaved | undefined => kept.get(id);
