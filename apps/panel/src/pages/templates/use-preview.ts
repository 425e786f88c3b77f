import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { call } from '../../api/api.ts';
import { templates as said } from '../../words/en/templates.ts';
import { tiers } from './template.ts';
import type { Draft, TemplatePreview } from './template.ts';
import { useSettled } from '../../ui/use-settled.ts';

const typingMs = 300;

export type Named = 'given' | 'missing' | 'hostile';
type Tier = NonNullable<Draft['tierLevel']> | 'none';

/** The names of users as the columns of the matrix have them; the first is the API's own sample. */
const variablesOf: Readonly<Record<Named, Readonly<Record<string, string>>>> = {
  given: {},
  missing: { userName: '' },
  hostile: { userName: said.hostileName },
};

type Previewed = Pick<Draft, 'content' | 'moodState' | 'templateType' | 'tierLevel'>;

function questionOf({ moodState, templateType, content }: Previewed, userTier: Tier, name: Named) {
  const body = {
    moodState,
    templateType,
    content,
    userTier,
    variables: variablesOf[name],
  };
  return {
    queryKey: ['templates', 'preview', body],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call<TemplatePreview>('POST', '/admin/mood/template/preview', {
        body,
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  };
}

/** Which rows and columns differ at all: the tier counts only for a text that names it, the name as well. */
export function axesOf({ tierLevel }: Pick<Draft, 'tierLevel'>, variables: readonly string[]): { rows: Tier[]; names: Named[] } {
  return {
    rows: tierLevel !== null ? [tierLevel] : variables.includes('tier') ? ['none', ...tiers] : ['none'],
    names: variables.includes('userName') ? ['given', 'missing', 'hostile'] : ['given'],
  };
}

/** What the API says against the text, and what users would read, by tier and name. Asked when nobody has typed for a moment. */
export function usePreview(draft: Previewed) {
  const content = useSettled(draft.content, typingMs);
  const settled = { ...draft, content };
  const isEmpty = draft.content.trim() === '';
  const first = useQuery({
    ...questionOf(settled, draft.tierLevel ?? 'none', 'given'),
    enabled: content.trim() !== '',
  });
  const { rows, names } = axesOf(draft, isEmpty ? [] : (first.data?.variables ?? []));
  const places = rows.flatMap((tier) => names.map((name) => ({ tier, name })));
  const isOfDraft = content === draft.content && !first.isPlaceholderData && !isEmpty;
  const answers = useQueries({
    queries: places.map(({ tier, name }) => ({
      ...questionOf(settled, tier, name),
      enabled: isOfDraft && first.data !== undefined,
    })),
  });
  const cells = places.map((place, index) => ({
    ...place,
    preview: answers[index]?.data,
  }));
  return {
    isEmpty,
    error: first.error,
    /** Of what is typed now; undefined while it is being checked. */
    warnings: isOfDraft ? first.data?.warnings : undefined,
    rows,
    names,
    textOf: (tier: Tier, name: Named) => cells.find((cell) => cell.tier === tier && cell.name === name)?.preview,
  };
}
export type Preview = ReturnType<typeof usePreview>;
