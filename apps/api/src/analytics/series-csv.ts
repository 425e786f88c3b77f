import { localTime } from '@mood/domain';
import type { Series } from '@mood/domain';
import { stringify } from 'csv-stringify/sync';
import { csvForm } from '../http/csv-form.ts';
import { toSeriesBody } from './analytics.contract.ts';

/**
 * The rows of a series as CSV: a comment line with the definition, a header line that names the zone, a line per row. Beside the instants
 * stands what clocks of the zone show at the start. A value that is null is an empty cell.
 */
export function seriesToCsv(series: Series): string {
  const { metric, timeZone, interval, asOf } = series;
  const { rows } = toSeriesBody(series);
  const comment = `# ${metric.name} by ${interval}, in ${metric.unit}, as of ${asOf.toISOString()}: ${metric.definition}\r\n`;
  const columns = ['start', 'end', `start (${timeZone})`, 'group', 'value'];
  const lines = rows.map(({ start, end, group, value }) => [start, end, localTime(new Date(start), timeZone), group, value]);
  return comment + stringify(lines, { ...csvForm, columns });
}
