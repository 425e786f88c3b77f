import type { Template } from './template.ts';

export interface TemplateSource {
  /** Every active template. Small: an admin writes them by hand. */
  listActive(): Promise<Template[]>;
}
