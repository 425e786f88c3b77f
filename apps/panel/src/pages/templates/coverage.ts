import type { templateCoverageSchema } from '@mood/contract/template-coverage';
import type { z } from 'zod';
import { moods, tiers, types } from './template.ts';

export type Coverage = z.output<typeof templateCoverageSchema>;
export type Cell = Coverage['cells'][number];

/** The columns of the matrix; null: for any tier. */
export const columns: readonly Cell['tierLevel'][] = [null, ...tiers];

export interface Row extends Pick<Cell, 'moodState' | 'templateType'> {
  cells: readonly Cell[];
}

/** @returns a row for each mood and type, with its cells in the order of the columns. */
export const rowsOf = ({ cells }: Coverage): Row[] =>
  moods.flatMap((moodState) =>
    types.map((templateType) => {
      const own = cells.filter((cell) => cell.moodState === moodState && cell.templateType === templateType);
      return { moodState, templateType, cells: columns.flatMap((tier) => own.filter(({ tierLevel }) => tierLevel === tier)) };
    }),
  );

export type CellState = 'own' | 'any' | 'neutral' | 'builtIn' | 'missing';

/** Who answers at a place, from its own side. */
export function stateOf({ answeredBy, tierLevel }: Cell): CellState {
  if (answeredBy === 'tier' || (answeredBy === 'any_tier' && tierLevel === null)) return 'own';
  if (answeredBy === 'any_tier') return 'any';
  if (answeredBy === 'neutral_mood') return 'neutral';
  return answeredBy === 'built_in' ? 'builtIn' : 'missing';
}
