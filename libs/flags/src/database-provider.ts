import { declaredFlags, evaluateRule, flagKeys, flagRoles, isSameForAll, ruleOf } from '@mood/domain';
import type { FlagKey, FlagRule } from '@mood/domain';
import { ErrorCode, OpenFeatureEventEmitter, ServerProviderEvents, StandardResolutionReasons } from '@openfeature/server-sdk';
import type { EvaluationContext, Provider, ResolutionDetails } from '@openfeature/server-sdk';

/** The rules that are set, as a process knows them. */
export interface FlagRules {
  /** undefined: nobody has set it. */
  rule(key: string): FlagRule | undefined;
  /** Resolves when the rules have been read for the first time. */
  readonly known: Promise<void>;
  /** Called with the flags whose rule has changed. */
  onChange(listener: (keys: FlagKey[]) => void): void;
}

const declared: ReadonlySet<string> = new Set(flagKeys);
const isDeclared = (key: string): key is FlagKey => declared.has(key);

const otherType = async <T>(_key: string, value: T): Promise<ResolutionDetails<T>> => ({
  value,
  reason: StandardResolutionReasons.ERROR,
  errorCode: ErrorCode.TYPE_MISMATCH,
  errorMessage: 'every flag is a boolean',
});

/** OpenFeature's provider over the rules in our database: evaluated in the process, without a call to anybody. */
export function createDatabaseProvider(rules: FlagRules): Provider {
  const events = new OpenFeatureEventEmitter();
  rules.onChange((flagsChanged) => events.emit(ServerProviderEvents.ConfigurationChanged, { flagsChanged }));
  return {
    metadata: { name: 'database' },
    runsOn: 'server',
    events,
    initialize: () => rules.known,
    async resolveBooleanEvaluation(key, defaultValue, context) {
      if (!isDeclared(key)) return { value: defaultValue, reason: StandardResolutionReasons.ERROR, errorCode: ErrorCode.FLAG_NOT_FOUND };
      const rule = rules.rule(key) ?? ruleOf(declaredFlags[key].default);
      const value = evaluateRule(key, rule, { id: context.targetingKey, role: roleIn(context) });
      return { value, reason: isSameForAll(rule) ? StandardResolutionReasons.STATIC : StandardResolutionReasons.TARGETING_MATCH };
    },
    resolveStringEvaluation: otherType,
    resolveNumberEvaluation: otherType,
    resolveObjectEvaluation: otherType,
  };
}

const roleIn = (context: EvaluationContext) => flagRoles.find((role) => role === context['role']);
