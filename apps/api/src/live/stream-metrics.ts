import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { MoodStreams, MoodStreamsOptions } from './mood-streams.ts';

export interface StreamMetrics extends Pick<MoodStreamsOptions, 'onEnd' | 'onRefused' | 'onLate'> {
  /** How many are open is asked at a scrape. */
  measure: (streams: Pick<MoodStreams, 'open'>) => void;
}

/** Counts streams of moods by how they end, and changes that nobody told of. */
export function createStreamMetrics(registry: Registry): StreamMetrics {
  const registers = [registry];
  const ended = new Counter({
    name: 'mood_streams_ended_total',
    help: 'Streams of moods that ended, by reason: client_left, too_slow (unread bytes above the limit), session_over, too_long, shutdown.',
    labelNames: ['reason'],
    registers,
  });
  const refused = new Counter({
    name: 'mood_streams_refused_total',
    help: 'Streams of moods that were refused above a limit: of the principal (429), or of the process (503).',
    labelNames: ['limit'],
    registers,
  });
  const late = new Counter({
    name: 'mood_streams_late_changes_total',
    help: 'Changes of watched moods that were found by comparing versions before anybody told of them. Some are chance; many: news gets lost, or no worker runs.',
    registers,
  });
  for (const reason of ['client_left', 'too_slow', 'session_over', 'too_long', 'shutdown']) ended.inc({ reason }, 0);
  for (const limit of ['principal', 'process']) refused.inc({ limit }, 0);
  return {
    onEnd: (reason) => ended.inc({ reason }),
    onRefused: (limit) => refused.inc({ limit }),
    onLate: (changes) => late.inc(changes),
    measure(streams) {
      registry.registerMetric(
        new Gauge({
          name: 'mood_streams_open',
          help: 'Streams of moods that are open in this process.',
          registers: [],
          collect() {
            this.set(streams.open);
          },
        }),
      );
    },
  };
}
