import { Migration20260101000000_initial } from './Migration20260101000000_initial.ts';
import { Migration20260101000001_mood_functions } from './Migration20260101000001_mood_functions.ts';
import { Migration20260101000002_auto_reply_functions } from './Migration20260101000002_auto_reply_functions.ts';
import { Migration20260101000003_templates } from './Migration20260101000003_templates.ts';
import { Migration20260101000004_overrides } from './Migration20260101000004_overrides.ts';
import { Migration20260101000005_audit_reading } from './Migration20260101000005_audit_reading.ts';
import { Migration20260101000006_change_moods } from './Migration20260101000006_change_moods.ts';
import { Migration20260101000007_receive_messages } from './Migration20260101000007_receive_messages.ts';
import { Migration20260101000008_find_data_keys } from './Migration20260101000008_find_data_keys.ts';
import { Migration20260101000009_ended_moods } from './Migration20260101000009_ended_moods.ts';
import { Migration20260101000010_outbox_order } from './Migration20260101000010_outbox_order.ts';
import { Migration20260101000011_answers_by_our_clock } from './Migration20260101000011_answers_by_our_clock.ts';
import { Migration20260101000015_ends_of_moods } from './Migration20260101000015_ends_of_moods.ts';
import { Migration20260101000016_owners_functions } from './Migration20260101000016_owners_functions.ts';
import { Migration20260101000020_replies_per_user } from './Migration20260101000020_replies_per_user.ts';
import { Migration20260101000023_moods_of_models } from './Migration20260101000023_moods_of_models.ts';

/** In order. A migration that has shipped never changes: what it did wrong, a later one mends. */
export const migrations = [
  { name: 'Migration20260101000000_initial', class: Migration20260101000000_initial },
  { name: 'Migration20260101000001_mood_functions', class: Migration20260101000001_mood_functions },
  { name: 'Migration20260101000002_auto_reply_functions', class: Migration20260101000002_auto_reply_functions },
  { name: 'Migration20260101000003_templates', class: Migration20260101000003_templates },
  { name: 'Migration20260101000004_overrides', class: Migration20260101000004_overrides },
  { name: 'Migration20260101000005_audit_reading', class: Migration20260101000005_audit_reading },
  { name: 'Migration20260101000006_change_moods', class: Migration20260101000006_change_moods },
  { name: 'Migration20260101000007_receive_messages', class: Migration20260101000007_receive_messages },
  { name: 'Migration20260101000008_find_data_keys', class: Migration20260101000008_find_data_keys },
  { name: 'Migration20260101000009_ended_moods', class: Migration20260101000009_ended_moods },
  { name: 'Migration20260101000010_outbox_order', class: Migration20260101000010_outbox_order },
  { name: 'Migration20260101000011_answers_by_our_clock', class: Migration20260101000011_answers_by_our_clock },
  { name: 'Migration20260101000015_ends_of_moods', class: Migration20260101000015_ends_of_moods },
  { name: 'Migration20260101000016_owners_functions', class: Migration20260101000016_owners_functions },
  { name: 'Migration20260101000020_replies_per_user', class: Migration20260101000020_replies_per_user },
  { name: 'Migration20260101000023_moods_of_models', class: Migration20260101000023_moods_of_models },
];
