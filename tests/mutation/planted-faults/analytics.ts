import { plantedIn } from '../planted-fault.ts';
import type { PlantedFault } from '../planted-fault.ts';

const inAnalytics = 'libs/db/src/analytics';

const rollups = plantedIn(
  [`${inAnalytics}/rollup.test.ts`],
  [
    {
      name: 'a mood that ends where counting begins ends twice',
      kind: 'ends and periods',
      file: 'libs/db/sql/functions/analytics_levels.sql',
      from: 's.expires_at < p_at',
      to: 's.expires_at <= p_at',
    },
    {
      name: 'what has been carried on from a mended day stays as it was',
      kind: 'records',
      file: `${inAnalytics}/rollup.ts`,
      from: 'if (until < ended)',
      to: 'if (until > ended)',
    },
    {
      name: 'a list that lacks a model whom no list has held is as it should be',
      kind: 'records',
      file: 'libs/db/sql/functions/reconcile_analytics.sql',
      from: 'coalesce(m.ordinal, 0)',
      to: 'm.ordinal',
    },
  ],
);

const periods = plantedIn(
  ['libs/domain/src/analytics/periods.test.ts'],
  [
    {
      name: 'a period that ends before it begins is a quarter of an hour',
      kind: 'ends and periods',
      file: 'libs/domain/src/analytics/periods.ts',
      from: 'if (isTurned || start >= end)',
      to: 'if (start >= end)',
    },
  ],
);

export const faultsInAnalytics: readonly PlantedFault[] = [...rollups, ...periods];
