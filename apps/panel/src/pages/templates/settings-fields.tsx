import { Checkbox } from 'react-aria-components';
import { isReason } from '../../ui/reason.ts';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { words } from '../../words/words.ts';
import { isPriority, isWeight } from './form.ts';
import type { Form } from './form.ts';
import styles from './template-page.module.css';
import { moods, tiers, types } from './template.ts';

/** When the text is taken: everything of a template but its words. */
export function SettingsFields({
  form,
  isReadOnly,
  onChange,
}: {
  form: Form;
  isReadOnly: boolean;
  onChange: (changes: Partial<Form>) => void;
}) {
  const { common } = words;
  return (
    <div className={styles['settings']}>
      <Select
        label={said.mood}
        value={form.moodState}
        options={moods.map((value) => ({ value, text: common.moods[value] }))}
        isDisabled={isReadOnly}
        onChange={(moodState) => onChange({ moodState })}
      />
      <Select
        label={said.type}
        value={form.templateType}
        options={types.map((value) => ({ value, text: common.types[value] }))}
        isDisabled={isReadOnly}
        onChange={(templateType) => onChange({ templateType })}
      />
      <Select
        label={said.tier}
        value={form.tierLevel ?? ''}
        options={[{ value: '', text: said.anyTier }, ...tiers.map((value) => ({ value, text: common.tiers[value] }))]}
        hint={said.tierHint}
        isDisabled={isReadOnly}
        onChange={(tier) => onChange({ tierLevel: tier === '' ? null : tier })}
      />
      <TextField
        label={said.language}
        hint={said.languageHint}
        value={form.locale}
        isReadOnly={isReadOnly}
        onChange={(locale) => onChange({ locale })}
      />
      <TextField
        label={said.priority}
        hint={said.priorityHint}
        problem={isPriority(form.priority) ? undefined : said.priorityProblem}
        value={form.priority}
        inputMode="numeric"
        isReadOnly={isReadOnly}
        onChange={(priority) => onChange({ priority })}
      />
      <TextField
        label={said.experiment}
        hint={said.experimentHint}
        value={form.experiment}
        isReadOnly={isReadOnly}
        onChange={(experiment) => onChange({ experiment })}
      />
      {(form.experiment.trim() !== '' || form.weight !== '1') && (
        <TextField
          label={said.weight}
          hint={said.weightHint}
          problem={isWeight(form.weight) ? undefined : said.weightProblem}
          value={form.weight}
          inputMode="numeric"
          isReadOnly={isReadOnly}
          onChange={(weight) => onChange({ weight })}
        />
      )}
      <Checkbox
        className={styles['check'] ?? ''}
        isSelected={form.active}
        isReadOnly={isReadOnly}
        onChange={(active) => onChange({ active })}
      >
        <span className={styles['box']} aria-hidden="true" />
        {said.active}
      </Checkbox>
      {!isReadOnly && (
        <TextField
          label={said.reason}
          hint={said.reasonHint}
          problem={form.reason === '' || isReason(form.reason) ? undefined : said.reasonProblem}
          value={form.reason}
          onChange={(reason) => onChange({ reason })}
        />
      )}
    </div>
  );
}
