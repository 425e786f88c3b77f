import type { Summary } from './queries.ts';

/** Where the rows behind each number are: a page with its filters, or a part of the overview (`#…`). */
export function rowsBehind(name: string, { from, to }: Pick<Summary, 'from' | 'to'>): string {
  const period = new URLSearchParams({ from, to }).toString();
  switch (name) {
    case 'models_known':
    case 'moods_active':
      return '/models';
    case 'moods_now':
      return '#moods';
    case 'models_adopted_7d':
    case 'models_adopted_30d':
      return '/models?changedBy=model';
    case 'changes':
      return `/audit?${period}`;
    case 'changes_per_model':
      return `/audit?${period}&changedBy=model`;
    case 'content_refusals':
      return '/alerts?status=all&rule=content_refusals';
    case 'limit_hits':
      return '/alerts?status=all&rule=limit_refusals';
    case 'templates_rendered':
    case 'templates_failed':
    case 'templates_skipped':
      return '/templates';
    case 'audit_complete':
      return '/audit';
    case 'auth_failures':
    case 'forbidden':
      return '#refusals';
    case 'feedback_score':
    case 'mood_duration':
    case 'reply_lateness':
      return '#any';
    default:
      return name.startsWith('replies_') ? '#replies' : '#engagement';
  }
}
