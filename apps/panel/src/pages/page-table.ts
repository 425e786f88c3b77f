/**
 * Every page, in the order of the navigation: its path as wouter writes it, whose it is, its place in the navigation if it has one, and its module.
 * The first of a role is where its people start. No imports: the build reads it, too, and tells the API which files each page needs.
 */
export const pageTable = [
  { path: '/', role: 'model', name: 'mood', module: 'mood/mood-page' },
  { path: '/replies', role: 'model', name: 'replies', module: 'replies/replies-page' },
  { path: '/history', role: 'model', name: 'history', module: 'history/history-page' },
  { path: '/terms', role: 'model', module: 'terms/terms-page' },
  { path: '/', role: 'admin', name: 'overview', module: 'overview/overview-page' },
  { path: '/models', role: 'admin', name: 'models', module: 'models/models-page' },
  { path: '/models/:id', role: 'admin', module: 'models/model-page' },
  { path: '/templates', role: 'admin', name: 'templates', module: 'templates/templates-page' },
  { path: '/templates/import', role: 'admin', module: 'templates/import-page' },
  { path: '/templates/new', role: 'admin', module: 'templates/template-page' },
  { path: '/templates/:id', role: 'admin', module: 'templates/template-page' },
  { path: '/experiments', role: 'admin', name: 'experiments', module: 'experiments/experiments-page' },
  { path: '/experiments/:name', role: 'admin', module: 'experiments/experiment-page' },
  { path: '/audit', role: 'admin', name: 'audit', module: 'audit/audit-page' },
  { path: '/alerts', role: 'admin', name: 'alerts', module: 'alerts/alerts-page' },
  { path: '/flags', role: 'admin', name: 'flags', module: 'flags/flags-page' },
] as const;

export type PageModule = (typeof pageTable)[number]['module'];

/** Where a sign-in ends that was begun in a tab of its own: for everybody, and part of the shell. */
export const signedInPath = '/signed-in';
