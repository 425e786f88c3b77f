import { DependencyUnavailable, DomainError } from '../errors.ts';
import { declaredFlags, flagKeys } from './declared-flags.ts';
import type { FlagKey } from './declared-flags.ts';
import { canonicalRule, ruleOf } from './flag-rule.ts';
import type { FlagRule } from './flag-rule.ts';
import type { FlagChange, FlagStore, SetFlag } from './ports.ts';

/** A flag as it is now, set or not. */
export interface FlagState extends FlagRule {
  key: FlagKey;
  description: string;
  default: boolean;
  owner: string;
  endsOn: string;
  /** `partial`: on for some. */
  state: 'on' | 'off' | 'partial';
  /** 0: nobody has set it. */
  version: number;
  /** How it was last set; null: nobody has. */
  lastChange: Pick<SetFlag, 'changedAt' | 'changedBy' | 'reason'> | null;
}

function stateOf({ percentage, ids, roles }: FlagRule): FlagState['state'] {
  if (percentage === 100) return 'on';
  return percentage === 0 && ids.length === 0 && roles.length === 0 ? 'off' : 'partial';
}

/** Every flag that is declared, in the order of the declarations. @throws DependencyUnavailable. */
export async function listFlags({ flagStore }: { flagStore: FlagStore }): Promise<FlagState[]> {
  const set = new Map((await flagStore.all()).map((flag) => [flag.key, flag]));
  return flagKeys.map((key) => {
    const { description, default: byDefault, owner, endsOn } = declaredFlags[key];
    const found = set.get(key);
    const { percentage, ids, roles } = found ?? ruleOf(byDefault);
    const rule = { percentage, ids, roles };
    return {
      key,
      description,
      default: byDefault,
      owner,
      endsOn,
      ...rule,
      state: stateOf(rule),
      version: found?.version ?? 0,
      lastChange: found === undefined ? null : { changedAt: found.changedAt, changedBy: found.changedBy, reason: found.reason },
    };
  });
}

export interface SetFlagDependencies {
  flagStore: FlagStore;
  /** Reads the flags of this process anew, so that whoever set one sees it in the next answer. */
  refreshFlags?: () => Promise<void>;
}

/**
 * Sets a flag as a whole: for whom it is on. One that is set so already, in whatever order, keeps its version and the reason of then.
 * @param expectedVersion the version that was edited; null: whatever is current.
 * @returns how it is now.
 * @throws DomainError VERSION_CONFLICT (somebody else set it since: nothing was written); DependencyUnavailable.
 */
export async function setFlag(
  deps: SetFlagDependencies,
  key: FlagKey,
  rule: FlagRule,
  change: FlagChange & { expectedVersion: number | null },
): Promise<FlagState> {
  const { expectedVersion, ...recorded } = change;
  const outcome = await deps.flagStore.set(key, canonicalRule(rule), expectedVersion, recorded);
  if (outcome.kind === 'stale') {
    throw new DomainError(
      'VERSION_CONFLICT',
      `You edited version ${expectedVersion}, and version ${outcome.currentVersion} is current. Read the flag again, and repeat your change on it.`,
    );
  }
  // The change is stored: a process that cannot read it now does so within a second.
  await deps.refreshFlags?.().catch((error: unknown) => {
    if (!(error instanceof DependencyUnavailable)) throw error;
  });
  const flag = (await listFlags(deps)).find((one) => one.key === key);
  if (flag === undefined) throw new Error(`the flag ${key} is not declared`);
  return flag;
}

export const flagsAreKeptElsewhere =
  'The flags of this system come from a provider of the platform (FLAGS_PROVIDER). Look at them and set them there.';

const refuse = () => Promise.reject(new DomainError('FEATURE_DISABLED', flagsAreKeptElsewhere));

/** In the place of a store where another provider keeps the flags: setting ours would change nothing. */
export const flagsKeptElsewhere: FlagStore = { all: refuse, set: refuse, history: refuse };
