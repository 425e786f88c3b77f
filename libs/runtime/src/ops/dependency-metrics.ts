import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import { callOutcomeOf, callOutcomes } from './call-outcome.ts';

/** Counts how a promise ends, and returns it unchanged. */
export type Watch = <T>(work: Promise<T>) => Promise<T>;

/**
 * Kinds of database failures: unreachable or closing connections (connection), too slow (timeout), deadlocks and the like (conflict), or a
 * refused statement (statement).
 */
export type DatabaseErrorKind = (typeof databaseErrorKinds)[number];
const databaseErrorKinds = ['connection', 'timeout', 'conflict', 'statement'] as const;

export interface DependencyMetrics {
  countDatabaseError: (kind: DatabaseErrorKind) => void;
  /** @param service a fixed name such as "messages"; its series start at 0. */
  watchService(service: string): Watch;
  /** @returns a callback that counts a field of an answer that could not be read. */
  countOddFields(service: string): (field: string) => void;
}

/** Counts database failures and calls to other services. The series are looked up once, not per call. */
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
