import { Link } from 'wouter';
import { PageHeader } from '../../ui/page-header.tsx';
import { terms as said } from '../../words/en/terms.ts';
import { TermsCard } from './terms-card.tsx';

export function Page() {
  return (
    <>
      <PageHeader title={said.title} actions={<Link href="/">{said.toMood}</Link>} />
      <TermsCard title={said.title} />
    </>
  );
}
