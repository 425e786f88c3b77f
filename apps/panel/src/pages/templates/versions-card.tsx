import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Instant } from '../../ui/instant.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Older } from '../../ui/older.tsx';
import { Select } from '../../ui/select.tsx';
import { Tag } from '../../ui/tag.tsx';
import { templates as said } from '../../words/en/templates.ts';
import { Somebody } from '../somebody.tsx';
import { Difference } from './difference.tsx';
import { RollBackDialog } from './roll-back-dialog.tsx';
import type { Template, Version, VersionPage } from './template.ts';
import { changesInWords } from './values.ts';
import styles from './versions.module.css';

const limit = 20;

/** Every version with what it changed, in words; any two compared; and the way back. */
export function VersionsCard({ template }: { template: Template }) {
  const { scopes } = useSession();
  const [wanted, setWanted] = useState<number | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['templates', 'versions', template.id],
    queryFn: ({ pageParam, signal }) =>
      get<VersionPage>(`/admin/mood/template/${template.id}/versions`, { limit, offset: pageParam }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.offset + last.versions.length < last.total ? pages.length * limit : undefined),
  });
  const mayWrite = scopes.includes('templates:write');
  return (
    <Card title={said.versions}>
      <Loaded query={query}>
        {({ pages }) => {
          // A version that was saved between two readings moves the pages by one.
          const versions = [...new Map(pages.flatMap((page) => page.versions).map((version) => [version.version, version])).values()];
          return (
            <div className={styles['parts']}>
              <ol className={styles['list']} aria-label={said.versionsCaption}>
                {versions.map((version, index) => (
                  <li key={version.version}>
                    <VersionRow
                      version={version}
                      before={versions[index + 1]}
                      isLive={version.version === template.version}
                      {...(mayWrite && {
                        onRollBack: () => setWanted(version.version),
                      })}
                    />
                  </li>
                ))}
              </ol>
              <Older query={query} />
              {template.version > 1 && <Compare key={template.version} id={template.id} newest={template.version} />}
            </div>
          );
        }}
      </Loaded>
      {wanted !== null && <RollBackDialog template={template} version={wanted} onClose={() => setWanted(null)} />}
    </Card>
  );
}

function VersionRow({
  version: { version, changedAt, changedBy, reason, ...draft },
  before,
  isLive,
  onRollBack,
}: {
  version: Version;
  before: Version | undefined;
  isLive: boolean;
  onRollBack?: () => void;
}) {
  return (
    <>
      <div>
        <p>
          <strong>{said.version(version)}</strong> {isLive && <Tag kind="good">{said.live}</Tag>}
        </p>
        {(version === 1 || before !== undefined) && <p>{changesInWords(before, draft).join(', ')}</p>}
        <p className={styles['soft']}>
          <Instant at={changedAt} /> {changedBy === null ? said.bySystem : said.by} {changedBy !== null && <Somebody id={changedBy} />}
          {reason !== null && ` ${said.because(reason)}`}
        </p>
      </div>
      {!isLive && onRollBack !== undefined && (
        <Button aria-label={said.rollBackTo(version)} onPress={onRollBack}>
          {said.rollBack}
        </Button>
      )}
    </>
  );
}

function Compare({ id, newest }: { id: string; newest: number }) {
  const [from, setFrom] = useState(newest - 1);
  const [to, setTo] = useState(newest);
  const options = Array.from({ length: newest }, (_, index) => {
    const number = newest - index;
    return { value: String(number), text: said.version(number) };
  });
  return (
    <section className={styles['parts']}>
      <h3>{said.compare}</h3>
      <div className={styles['choice']}>
        <Select label={said.from} value={String(from)} options={options} onChange={(value) => setFrom(Number(value))} />
        <Select label={said.to} value={String(to)} options={options} onChange={(value) => setTo(Number(value))} />
      </div>
      <Difference id={id} from={from} to={to} />
    </section>
  );
}
