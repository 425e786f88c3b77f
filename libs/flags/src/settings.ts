import { setting } from '@mood/runtime';
import { z } from 'zod';

export const flagSettings = {
  flagsProvider: setting({
    env: 'FLAGS_PROVIDER',
    doc: 'where feature flags come from: `database`, or a module (a package, or a path that begins with `.` or `/`) whose default export is an OpenFeature provider or makes one',
    schema: z.string('expected "database" or the name of a module'),
    default: 'database',
  }),
};
