import { z } from 'zod';
import { setting } from './settings.ts';

/** Settings that include this `mode` refuse weak secrets, unless it is `embedded`. */
export const modeSettings = {
  mode: setting({
    env: 'MOOD_MODE',
    doc: '`production` refuses to start with weak secrets; `embedded` is for a system that sets itself up on one machine',
    schema: z.enum(['production', 'embedded'], 'expected production or embedded'),
    default: 'production',
  }),
};
