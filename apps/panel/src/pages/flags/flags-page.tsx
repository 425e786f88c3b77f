import { useQuery } from '@tanstack/react-query';
import type { flagListSchema } from '@mood/contract/flags';
import { useState } from 'react';
import type { z } from 'zod';
import { ApiError, get } from '../../api/api.ts';
import { useSession } from '../../shell/session.tsx';
import { useRefused } from '../../ui/address.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { StateBox } from '../../ui/state-box.tsx';
import { useSearch } from '../../ui/use-search.ts';
import { flags as words } from '../../words/en/flags.ts';
import { words as all } from '../../words/words.ts';
import { FlagCard } from './flag-card.tsx';
import { FlagDialog } from './flag-dialog.tsx';
import type { Flag } from './flag-rule.ts';
import styles from './flags.module.css';
import { flagsSearch } from './flags-search.ts';

export function Page() {
  const { scopes } = useSession();
  const [search, set] = useSearch(flagsSearch);
  const [edited, setEdited] = useState<Flag | null>(null);
  const list = useQuery({
    queryKey: ['flags'],
    queryFn: ({ signal }) => get<z.output<typeof flagListSchema>>('/admin/mood/flags', undefined, signal),
  });
  useRefused('history', search.history !== '' && list.data !== undefined && !list.data.flags.some(({ key }) => key === search.history));
  const mayChange = scopes.includes('flags:write');
  const isElsewhere = list.error instanceof ApiError && list.error.code === 'FEATURE_DISABLED';
  return (
    <>
      <PageHeader title={all.shell.pages.flags} lead={words.lead} />
      {isElsewhere ? (
        <StateBox kind="empty" title={words.elsewhere} />
      ) : (
        <>
          {!mayChange && <Notice kind="info">{words.needsScope}</Notice>}
          <Loaded query={list}>
            {({ flags }) => (
              <>
                {group(
                  words.features,
                  flags.filter(({ key }) => !isPage(key)),
                )}
                {group(
                  words.pages,
                  flags.filter(({ key }) => isPage(key)),
                )}
              </>
            )}
          </Loaded>
        </>
      )}
      {edited !== null && <FlagDialog flag={edited} onClose={() => setEdited(null)} />}
    </>
  );

  function group(title: string, flags: readonly Flag[]) {
    return (
      <section className={styles['group']} aria-label={title}>
        <h2>{title}</h2>
        <ul className={styles['flags']}>
          {flags.map((flag) => (
            <FlagCard
              key={flag.key}
              flag={flag}
              mayChange={mayChange}
              isOpen={search.history === flag.key}
              onToggle={() => set({ history: search.history === flag.key ? '' : flag.key }, { isStep: true })}
              onChange={() => setEdited(flag)}
            />
          ))}
        </ul>
      </section>
    );
  }
}

const isPage = (key: string) => key.startsWith('panel.');
