import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/api.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { templates as said } from '../../words/en/templates.ts';
import styles from './versions.module.css';
import { draftFields } from './template.ts';
import type { Difference as Found, Field } from './template.ts';
import { valueInWords } from './values.ts';

const isField = (name: string): name is Field => draftFields.some((field) => field === name);

/** What differs between two versions: each field, and the text word by word. */
export function Difference({ id, from, to }: { id: string; from: number; to: number }) {
  const query = useQuery({
    queryKey: ['templates', 'difference', id, from, to],
    queryFn: ({ signal }) => get<Found>(`/admin/mood/template/${id}/diff`, { from, to }, signal),
    // Versions never change.
    staleTime: Infinity,
  });
  return (
    <Loaded query={query}>
      {({ changes, contentParts }) =>
        changes.length === 0 ? (
          <p className={styles['soft']}>{said.noDifference}</p>
        ) : (
          <dl className={styles['difference']}>
            {changes.map(({ field, from: before, to: after }) =>
              isField(field) && field !== 'content' ? (
                <div key={field}>
                  <dt>{said.fieldNames[field]}</dt>
                  <dd>
                    <del>{valueInWords(field, before)}</del> → <ins>{valueInWords(field, after)}</ins>
                  </dd>
                </div>
              ) : null,
            )}
            {contentParts.length > 0 && (
              <div>
                <dt>{said.fieldNames.content}</dt>
                <dd className={styles['content']}>
                  {contentParts.map(({ kind, text }, index) => {
                    const key = `${index} ${kind}`;
                    if (kind === 'added') return <ins key={key}>{text}</ins>;
                    return kind === 'removed' ? <del key={key}>{text}</del> : <span key={key}>{text}</span>;
                  })}
                </dd>
              </div>
            )}
          </dl>
        )
      }
    </Loaded>
  );
}
