import { useId } from 'react';
import fieldStyles from '../../ui/field.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { flags as words } from '../../words/en/flags.ts';
import type { RuleDraft } from './flag-rule.ts';
import styles from './flags.module.css';

const choices = ['on', 'off', 'some'] as const;
const roles = ['user', 'model', 'admin', 'service'] as const;

/** For whom a flag is on: everybody, nobody, or a share, a list and roles together. */
export function RuleFields({
  draft,
  onChange,
  problem,
}: {
  draft: RuleDraft;
  onChange: (draft: RuleDraft) => void;
  problem: string | undefined;
}) {
  const id = useId();
  return (
    <>
      <fieldset className={styles['choices']}>
        <legend className={fieldStyles['label']}>{words.rule}</legend>
        {choices.map((choice) => (
          <label key={choice}>
            <input type="radio" name={id} checked={draft.choice === choice} onChange={() => onChange({ ...draft, choice })} />
            {words.choices[choice]}
          </label>
        ))}
      </fieldset>
      {draft.choice === 'some' && (
        <>
          <div className={fieldStyles['field']}>
            <label className={fieldStyles['label']} htmlFor={`${id}-percentage`}>
              {words.percentage}
            </label>
            <input
              id={`${id}-percentage`}
              className={fieldStyles['input']}
              type="number"
              min={0}
              max={99}
              value={draft.percentage}
              aria-describedby={`${id}-hint`}
              onChange={({ target }) => onChange({ ...draft, percentage: Math.min(99, Math.max(0, Math.round(Number(target.value)))) })}
            />
            <span id={`${id}-hint`} className={fieldStyles['hint']}>
              {words.percentageHint}
            </span>
          </div>
          <TextField
            label={words.ids}
            hint={words.idsHint}
            lines={3}
            value={draft.ids}
            problem={problem}
            onChange={(ids) => onChange({ ...draft, ids })}
          />
          <fieldset className={styles['choices']}>
            <legend className={fieldStyles['label']}>{words.rolesLabel}</legend>
            {roles.map((role) => (
              <label key={role}>
                <input
                  type="checkbox"
                  checked={draft.roles.includes(role)}
                  onChange={({ target }) =>
                    onChange({ ...draft, roles: target.checked ? [...draft.roles, role] : draft.roles.filter((one) => one !== role) })
                  }
                />
                {words.roleNames[role]}
              </label>
            ))}
          </fieldset>
        </>
      )}
    </>
  );
}
