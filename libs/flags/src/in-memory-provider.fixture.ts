import { evaluateRule, flagRoles } from '@mood/domain';
import type { FlagKey, FlagRule } from '@mood/domain';
import { InMemoryProvider } from '@openfeature/server-sdk';
import type { EvaluationContext } from '@openfeature/server-sdk';
import type { ProviderUnderTest } from './flags.suite.ts';

/** OpenFeature's own provider, as a platform could put one in the place of ours. */
export function openInMemoryProvider(): ProviderUnderTest {
  const provider = new InMemoryProvider();
  const flags: NonNullable<ConstructorParameters<typeof InMemoryProvider>[0]> = {};
  return {
    provider,
    async set(key: FlagKey, rule: FlagRule) {
      const variants = { on: true, off: false };
      const isPlain = (rule.percentage === 100 || rule.percentage === 0) && rule.ids.length + rule.roles.length === 0;
      flags[key] = isPlain
        ? { variants, disabled: false, defaultVariant: rule.percentage === 100 ? 'on' : 'off' }
        : {
            variants,
            disabled: false,
            defaultVariant: 'off',
            contextEvaluator: ({ targetingKey: id, role: given }: EvaluationContext) =>
              evaluateRule(key, rule, { id, role: flagRoles.find((role) => role === given) }) ? 'on' : 'off',
          };
      provider.putConfiguration({ ...flags });
    },
  };
}
