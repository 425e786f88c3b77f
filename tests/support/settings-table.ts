import type { Setting } from '@mood/runtime';
import { apiSettings } from '../../apps/api/src/settings.ts';
import { workerSettings } from '../../apps/worker/src/settings.ts';

/** What a process can be told. */
export function knownSettings(app: 'api' | 'worker'): Setting[] {
  return Object.values<Setting>(app === 'api' ? apiSettings : workerSettings);
}

/** The configuration table of the README, from the settings themselves. */
export function settingsTable(): string[] {
  const users = new Map<string, { setting: Setting; apps: string[] }>();
  for (const [app, settings] of Object.entries({ API: apiSettings, worker: workerSettings })) {
    for (const setting of Object.values<Setting>(settings)) {
      const known = users.get(setting.env);
      if (known === undefined) users.set(setting.env, { setting, apps: [app] });
      else known.apps.push(app);
    }
  }
  return [...users.values()].map(({ setting, apps }) => {
    const byDefault =
      setting.default === undefined ? (setting.schema.safeParse(undefined).success ? '' : '**required**') : `\`${setting.default}\``;
    return `| \`${setting.env}\` | ${setting.default === '' ? '' : byDefault} | ${apps.join(', ')} | ${setting.doc} |`;
  });
}
