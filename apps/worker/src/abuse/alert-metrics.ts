import type { Database } from '@mood/db';
import { abuseRules } from '@mood/domain';
import type { AbuseRule } from '@mood/domain';
import { keptFor, withinTime } from '@mood/runtime';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** How long the numbers are cached, in milliseconds, and the time limit of a lookup. */
const [keptMs, limitMs] = [5_000, 2_000];

const openAlerts = {
  name: 'open-abuse-alerts',
  text: `SELECT rule, count(*) FILTER (WHERE acknowledged_at IS NULL) AS open, count(*) FILTER (WHERE acknowledged_at IS NOT NULL) AS acknowledged
    FROM abuse_alerts WHERE closed_at IS NULL GROUP BY rule`,
};

interface OpenAlerts {
  rule: AbuseRule;
  open: number;
  acknowledged: number;
}

/** Alerts that are not closed, looked up at a scrape. @returns what counts those that were opened. */
export function createAlertMetrics(registry: Registry, database: Pick<Database, 'query'>): (rule: AbuseRule, alerts: number) => void {
  const registers = [registry];
  const found = keptFor(keptMs, () => database.query<OpenAlerts>(openAlerts, []));
  registry.registerMetric(
    new Gauge({
      name: 'mood_abuse_alerts',
      help: 'Alerts about abuse that are not closed, by rule and whether somebody has looked at them.',
      labelNames: ['rule', 'state'],
      registers: [],
      async collect() {
        const alerts = await withinTime(limitMs, found()).catch(() => null);
        for (const rule of abuseRules) {
          const ofRule = alerts?.find((one) => one.rule === rule);
          const none = alerts === null ? NaN : 0;
          this.set({ rule, state: 'open' }, ofRule?.open ?? none);
          this.set({ rule, state: 'acknowledged' }, ofRule?.acknowledged ?? none);
        }
      },
    }),
  );
  const opened = new Counter({
    name: 'mood_abuse_alerts_opened_total',
    help: 'Alerts about abuse that this worker has opened, by rule.',
    labelNames: ['rule'],
    registers,
  });
  return (rule, alerts) => opened.inc({ rule }, alerts);
}
