import type { ComponentProps } from 'react';
import { PageHeading } from './page-heading.tsx';
import { StateBox } from './state-box.tsx';

/** What stands in the place of a whole page: that it comes, that it failed, that there is none. Under a heading, as every page. */
export function StatePage({ heading, ...box }: { heading: string } & ComponentProps<typeof StateBox>) {
  return (
    <>
      <PageHeading title={heading} />
      <StateBox {...box} />
    </>
  );
}
