import { Hono } from 'hono';
import { z } from 'zod';
import type { CallRecord } from './call-record.ts';
import { faultModes, services } from './faults.ts';
import type { Faults } from './faults.ts';
import type { NewsDesk } from './news-desk.ts';
import type { PlatformEnv } from './platform-env.ts';
import { checked, readJson, readQuery } from './request-input.ts';

const serviceName = z.enum(services, `expected one of ${services.join(', ')}`);
const newFault = z.strictObject({
  mode: z.enum(faultModes, `expected one of ${faultModes.join(', ')}`),
  rate: z.number().min(0).max(1).default(1),
});
const attemptQuery = z.object({ idempotencyKey: z.string().min(1).max(255).optional() });

export interface FaultsDeps {
  faults: Faults;
  record: CallRecord;
  desk: NewsDesk;
}

/** Breaks services on purpose, and shows what their callers did about it. */
export function faultRoutes({ faults, record, desk }: FaultsDeps) {
  return new Hono<PlatformEnv>()
    .put('/sandbox/faults/:service', async (c) => {
      const fault = {
        service: checked(serviceName, c.req.param('service')),
        ...(await readJson(c, newFault)),
      };
      faults.set(fault);
      desk.tell({ kind: 'changed', list: 'faults' });
      return c.json(fault);
    })
    .get('/sandbox/faults', (c) => c.json({ faults: faults.list() }))
    .get('/sandbox/attempts', (c) => c.json({ attempts: record.attempts(readQuery(c, attemptQuery).idempotencyKey) }))
    .get('/sandbox/counters', (c) => c.json(record.counters()));
}
