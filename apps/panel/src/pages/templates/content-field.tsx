import type { EditorView } from '@codemirror/view';
import { useEffect, useEffectEvent, useId, useRef } from 'react';
import { Button } from '../../ui/button.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { cureOf, indexOf } from './cures.ts';
import type { Cure } from './cures.ts';
import { applyCure, createEditor, goTo, markProblems } from './editor.ts';
import styles from './content-field.module.css';
import type { Warning } from './template.ts';

const longest = 2_000;

/** The text with what the preview says against it. The editor keeps the text while it is typed: to replace it from outside, give another `key`. */
export function ContentField({
  content,
  warnings,
  status,
  isReadOnly,
  onChange,
}: {
  content: string;
  /** Of the text as it stands; undefined while it is being checked. */
  warnings: readonly Warning[] | undefined;
  /** What stands in the place of problems when there are none to show. */
  status: string;
  isReadOnly: boolean;
  onChange: (content: string) => void;
}) {
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  const changed = useEffectEvent((text: string) => onChange(text));
  const firstCure = useEffectEvent((text: string, index: number) => {
    const cures = (warnings ?? []).flatMap((warning) => {
      const cure = cureOf(text, warning, said.fallbacks);
      return cure === null ? [] : [{ cure, distance: Math.abs(indexOf(text, warning) - index) }];
    });
    return cures.toSorted((a, b) => a.distance - b.distance)[0]?.cure ?? null;
  });
  const starting = useEffectEvent((parent: HTMLElement) =>
    createEditor({
      parent,
      content,
      label: said.content,
      describedBy: `${id}-keys ${id}-problems`,
      isReadOnly,
      variables: said.variables,
      onChange: (text) => changed(text),
      cureAt: (text, index) => firstCure(text, index),
    }),
  );
  useEffect(() => {
    if (place.current === null) return;
    const view = starting(place.current);
    editor.current = view;
    return () => view.destroy();
  }, [isReadOnly]);
  useEffect(() => {
    if (editor.current !== null && warnings !== undefined) markProblems(editor.current, warnings);
  }, [warnings]);

  return (
    <div className={styles['field']}>
      <div ref={place} className={styles['editor']} />
      <div className={styles['under']}>
        <span id={`${id}-keys`}>{said.contentKeys}</span>
        <span>{said.letters(Array.from(content).length, longest)}</span>
      </div>
      <div id={`${id}-problems`} role="status">
        {warnings === undefined || warnings.length === 0 ? (
          <p className={styles['soft']}>{status}</p>
        ) : (
          <ul className={styles['problems']} aria-label={said.problems}>
            {warnings.map((warning) => (
              <Problem
                key={`${warning.line} ${warning.column} ${warning.message}`}
                warning={warning}
                cure={isReadOnly ? null : cureOf(content, warning, said.fallbacks)}
                onGo={() => editor.current !== null && goTo(editor.current, warning)}
                onCure={(cure) => editor.current !== null && applyCure(editor.current, cure)}
              />
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function Problem({
  warning: { severity, message, line, column },
  cure,
  onGo,
  onCure,
}: {
  warning: Warning;
  cure: Cure | null;
  onGo: () => void;
  onCure: (cure: Cure) => void;
}) {
  return (
    <li className={styles[severity]}>
      <p>
        <strong>{said.severities[severity]}</strong> <span className={styles['soft']}>{said.at(line, column)}</span>
        <br />
        {message}
      </p>
      <div className={styles['buttons']}>
        {cure !== null && (
          <Button onPress={() => onCure(cure)}>{cure.kind === 'fallback' ? said.cures.fallback(cure.name) : said.cures[cure.kind]}</Button>
        )}
        <Button kind="quiet" onPress={onGo}>
          {said.goThere}
        </Button>
      </div>
    </li>
  );
}
