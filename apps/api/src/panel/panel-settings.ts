import { envUrl, keyListSetting, setting } from '@mood/runtime';
import { z } from 'zod';

/** Settings of the panel and its sessions. */
export const panelSettings = {
  sessionKeys: keyListSetting({ env: 'SESSION_KEYS', doc: 'the keys that session cookies of the panel are sealed with' }),
  publicUrl: setting({
    env: 'PUBLIC_URL',
    doc: 'the URL at which browsers find the API, for example https://moods.example.com: people come back to it after the sign-in; what the browser asked for when absent',
    schema: envUrl.optional(),
  }),
  panelDir: setting({
    env: 'PANEL_DIR',
    doc: 'the folder of the built panel; apps/panel/dist when absent',
    schema: z.string().optional(),
  }),
};
