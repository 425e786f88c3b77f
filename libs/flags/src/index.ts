export { openConfiguredFlags } from './configured-flags.ts';
export { flagSettings } from './settings.ts';
