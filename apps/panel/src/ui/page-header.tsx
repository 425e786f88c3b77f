import type { ReactNode } from 'react';
import { LeftOut } from './left-out.tsx';
import { PageHeading } from './page-heading.tsx';

/** The heading of a page, what can be done with the whole of it, and what of its address is not understood. */
export function PageHeader(parts: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <>
      <PageHeading {...parts} />
      <LeftOut />
    </>
  );
}
