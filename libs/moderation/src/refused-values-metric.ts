import { policyKinds, templateVariables } from '@mood/domain';
import type { RefusedValues } from '@mood/domain';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

/** Counts values of templates that were left out because the content policy forbids them. Labels never hold the value. */
export function createRefusedValuesMetric(registry: Registry): RefusedValues {
  const counter = new Counter({
    name: 'mood_refused_values_total',
    help: 'Values of templates (names of users above all) that the content policy forbids: they counted as not given.',
    labelNames: ['variable', 'kind'],
    registers: [registry],
  });
  for (const variable of templateVariables) for (const kind of policyKinds) counter.inc({ variable, kind }, 0);
  return { count: (variable, kind) => counter.inc({ variable, kind }) };
}
