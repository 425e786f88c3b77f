import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import { callOutcomeOf, callOutcomes } from './call-outcome.ts';

/** Lets work through as it is, and counts how it ended. */
export type Watch = <T>(work: Promise<T>) => Promise<T>;

/**
 * What a failure of the database was: it cannot be reached or throws us out (connection), took too long (timeout), found transactions in
 * each other's way (conflict) or refused a statement.
 */
export type DatabaseErrorKind = (typeof databaseErrorKinds)[number];
const databaseErrorKinds = ['connection', 'timeout', 'conflict', 'statement'] as const;

export interface DependencyMetrics {
  countDatabaseError: (kind: DatabaseErrorKind) => void;
  /** @param service a word of ours, such as "messages"; its series begin at 0. */
  watchService(service: string): Watch;
  /** @returns what counts a field of its answers that cannot be read. */
  countOddFields(service: string): (field: string) => void;
}

/** Counts failures of the database, and calls to other services. The series are bound once, not looked up per call. */
export function createDependencyMetrics(registry: Registry): DependencyMetrics {
  const registers = [registry];
  const errors = new Counter({
    name: 'mood_db_errors_total',
    help: 'Failures of the database: it could not be reached (connection), took too long (timeout), or refused a statement (conflict, statement).',
    labelNames: ['kind'],
    registers,
  });
  const requests = new Counter({
    name: 'mood_external_requests_total',
    help: 'What was asked of the platform’s services, by outcome. What a service’s client still knows counts as ok.',
    labelNames: ['service', 'outcome'],
    registers,
  });
  const oddFields = new Counter({
    name: 'mood_external_odd_fields_total',
    help: 'Fields in answers of the platform’s services that could not be read, and counted as not given.',
    labelNames: ['service', 'field'],
    registers,
  });
  const byKind = new Map(databaseErrorKinds.map((kind) => [kind, errors.labels({ kind })]));
  for (const child of byKind.values()) child.inc(0);

  return {
    countDatabaseError: (kind) => byKind.get(kind)?.inc(),
    countOddFields: (service) => (field) => oddFields.inc({ service, field }),
    watchService(service) {
      const byOutcome = new Map(callOutcomes.map((outcome) => [outcome, requests.labels({ service, outcome })]));
      for (const child of byOutcome.values()) child.inc(0);
      return async (work) => {
        try {
          const answer = await work;
          byOutcome.get('ok')?.inc();
          return answer;
        } catch (error) {
          byOutcome.get(callOutcomeOf(error))?.inc();
          throw error;
        }
      };
    },
  };
}
