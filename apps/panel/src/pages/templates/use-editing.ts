import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSession } from '../../shell/session.tsx';
import { forgetDraft, keepDraft, keptDraft } from '../../ui/kept-drafts.ts';
import { draftOfForm, formOf } from './form.ts';
import type { Form } from './form.ts';
import { draftOf, fieldsThatDiffer } from './template.ts';
import type { Draft, Template } from './template.ts';
import { draftName, unsavedTemplate } from './unsaved.ts';

/** @returns what asks again for what is shown of templates anywhere. Previews of drafts stay: no save changes them. */
export function useTemplatesChanged(): (saved?: Template) => Promise<void> {
  const client = useQueryClient();
  return async (saved) => {
    if (saved !== undefined) client.setQueryData(['templates', 'one', saved.id], saved);
    await client.invalidateQueries({
      predicate: ({ queryKey: [area, part] }) => area === 'templates' && part !== 'preview',
    });
    await client.invalidateQueries({ queryKey: ['experiments'] });
  };
}

export interface Beginning {
  draft: Draft;
  /** 0: it is new. */
  version: number;
}

/**
 * The fields of the editor beside what they began with. What is typed and not saved outlives the page, also a reload, until the tab is closed.
 * @param id of the template; `new`. @param live what the API says now.
 */
export function useEditing(id: string, live: Beginning) {
  const { subject } = useSession();
  const name = draftName(id);
  const [kept] = useState(() => keptDraft(subject, name, unsavedTemplate));
  const start = kept?.value;
  const [base, setBase] = useState<Beginning>(() =>
    start === undefined ? { draft: draftOf(live.draft), version: live.version } : { draft: start.base, version: start.version },
  );
  const [form, setForm] = useState<Form>(() => start?.form ?? formOf(live.draft));
  /** When what stands here was typed, if it was on an earlier visit. */
  const [keptAt, setKeptAt] = useState(kept?.keptAt);
  /** Another one makes another editor: its text was replaced from outside. */
  const [revision, setRevision] = useState(0);
  const draft = draftOfForm(form);
  const isDirty = draft === null || fieldsThatDiffer(base.draft, draft).length > 0;

  function begin(next: Beginning, fields: Form = formOf(next.draft)) {
    setBase({ draft: draftOf(next.draft), version: next.version });
    setForm(fields);
    setKeptAt(undefined);
    setRevision((before) => before + 1);
  }
  // Somebody else has saved, and nothing was typed here: theirs is shown.
  if (!isDirty && live.version > base.version) begin(live);

  useEffect(() => {
    if (!isDirty) return forgetDraft(subject, name);
    keepDraft(subject, name, { form, base: base.draft, version: base.version });
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [subject, name, form, base, isDirty]);

  return {
    base,
    form,
    draft,
    isDirty,
    keptAt: isDirty ? keptAt : undefined,
    revision,
    change: (changes: Partial<Form>) => setForm((before) => ({ ...before, ...changes })),
    begin,
    forget: () => forgetDraft(subject, name),
  };
}
export type Editing = ReturnType<typeof useEditing>;
