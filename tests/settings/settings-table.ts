import type { Setting } from '@mood/runtime';
import { apiSettings } from '../../apps/api/src/settings.ts';
import { workerSettings } from '../../apps/worker/src/settings.ts';

/** What a process can be told. */
export function knownSettings(app: 'api' | 'worker'): Setting[] {
  return Object.values<Setting>(app === 'api' ? apiSettings : workerSettings);
}

/** Every setting once, with the processes that read it. */
function settingsInUse(): { setting: Setting; apps: string[]; required: boolean }[] {
  const users = new Map<string, { setting: Setting; needs: Map<string, boolean> }>();
  for (const [app, settings] of Object.entries({ API: apiSettings, worker: workerSettings })) {
    for (const setting of Object.values<Setting>(settings)) {
      const known = users.get(setting.env);
      const required = setting.default === undefined && !setting.schema.safeParse(undefined).success;
      if (known === undefined) users.set(setting.env, { setting, needs: new Map([[app, required]]) });
      else known.needs.set(app, required);
    }
  }
  return Array.from(users.values(), ({ setting, needs }) => {
    const required = [...needs.values()].includes(true);
    return { setting, required, apps: Array.from(needs, ([app, needed]) => (needed === required ? app : `${app} (optional)`)) };
  });
}

/** The rows of the table in docs/settings.md, from the settings themselves. */
export function settingsTable(): string[] {
  return settingsInUse().map(({ setting, apps, required }) => {
    const byDefault = required ? '**required**' : setting.default === undefined || setting.default === '' ? '' : `\`${setting.default}\``;
    return `| \`${setting.env}\` | ${byDefault} | ${apps.join(', ')} | ${setting.doc} |`;
  });
}

/** The file .env.example: what is required is there to be filled in, the rest stands there with its default, commented out. */
export function exampleEnvironment(): string {
  const entries = settingsInUse().map(({ setting, apps, required }) => {
    const about = `# ${setting.doc} (${apps.join(', ')}${required ? '; required' : ''})`;
    return `${about}\n${required ? '' : '#'}${setting.env}=${setting.default ?? ''}\n`;
  });
  const head =
    '# The settings of the API and the worker; docs/settings.md says how to use this file. Values with spaces or & need quotes.\n';
  return `${head}\n${entries.join('\n')}`;
}
