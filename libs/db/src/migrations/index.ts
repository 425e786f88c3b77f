import { Migration20260101000000_initial } from './Migration20260101000000_initial.ts';
import { Migration20260101000001_mood_functions } from './Migration20260101000001_mood_functions.ts';
import { Migration20260101000002_auto_reply_functions } from './Migration20260101000002_auto_reply_functions.ts';

/** In order. A migration that has shipped never changes: what it did wrong, a later one mends. */
export const migrations = [
  { name: 'Migration20260101000000_initial', class: Migration20260101000000_initial },
  { name: 'Migration20260101000001_mood_functions', class: Migration20260101000001_mood_functions },
  { name: 'Migration20260101000002_auto_reply_functions', class: Migration20260101000002_auto_reply_functions },
];
