import { useQuery, useQueryClient } from '@tanstack/react-query';
import { findName } from '../api/names.ts';
import { Person } from '../shell/person.tsx';
import { useSession } from '../shell/session.tsx';
import { isWholeId } from '../ui/ids.ts';
import type { ModelDetails } from './models/model-queries.ts';

/** As long as the API remembers a name; who has none may get one any moment. */
const nameLastsMs = 300_000;
const absenceLastsMs = 30_000;

/** A person by their name: that of who is signed in, of a model that was looked at, or else what the directories say. Nobody waits for it: until then the ID stands there. */
export function Somebody({ id, to }: { id: string; to?: string }) {
  const { subject, name, role } = useSession();
  const client = useQueryClient();
  const known = id === subject ? name : (client.getQueryData<ModelDetails>(['model', id])?.displayName ?? null);
  const found = useQuery({
    queryKey: ['name', id],
    queryFn: () => findName(id),
    enabled: role === 'admin' && known === null && isWholeId(id),
    staleTime: ({ state }) => (state.data === null ? absenceLastsMs : nameLastsMs),
    retry: false,
  });
  return <Person id={id} name={known ?? found.data} {...(to !== undefined && { to })} />;
}
