import { envWholeNumber, setting } from '@mood/runtime';

/** Settings of the streams of moods. */
export const streamSettings = {
  streamsPerProcess: setting({
    env: 'STREAMS_PER_PROCESS',
    doc: 'streams of moods that this process holds open at most, about 20 kB each; further ones get 503',
    schema: envWholeNumber('streams, a whole number', 0, 100_000),
    default: '4000',
  }),
  streamsPerPrincipal: setting({
    env: 'STREAMS_PER_PRINCIPAL',
    doc: 'streams of moods that a user, model, administrator or service may have open in a process; 0: no limit',
    schema: envWholeNumber('streams, a whole number', 0, 100_000),
    default: '5',
  }),
  streamBeatSeconds: setting({
    env: 'STREAM_BEAT_SECONDS',
    doc: 'seconds between two signs of life on a stream of moods; as often its session is asked about, and changes are looked for that nobody told of',
    schema: envWholeNumber('seconds, a whole number', 1, 30),
    default: '15',
  }),
  streamMaxSeconds: setting({
    env: 'STREAM_MAX_SECONDS',
    doc: 'seconds after which a stream of moods is closed; its client opens another one',
    schema: envWholeNumber('seconds, a whole number', 10, 86_400),
    default: '3600',
  }),
};
