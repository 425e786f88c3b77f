import { z } from 'zod';
import { envPort, setting } from '../settings.ts';

/** Addresses on which a process listens. */
export const opsSettings = {
  metricsPort: setting({
    env: 'METRICS_PORT',
    doc: 'the port of `/metrics`, `/livez` and `/readyz` for operations, on the same address; none when absent. Processes on one host need different ones',
    schema: envPort.optional(),
  }),
  host: setting({ env: 'HOST', doc: 'the address that the process listens on', schema: z.string().min(1), default: '127.0.0.1' }),
};
