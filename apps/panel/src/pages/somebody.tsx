import { useQueryClient } from '@tanstack/react-query';
import { useSession } from '../shell/session.tsx';
import { Person } from '../shell/person.tsx';
import type { ModelDetails } from './models/model-queries.ts';

/** A person, by the name that this page has of them: of who is signed in, and of models that were looked at. Lists have IDs alone. */
export function Somebody({ id, to }: { id: string; to?: string }) {
  const { subject, name } = useSession();
  const client = useQueryClient();
  const known = id === subject ? name : client.getQueryData<ModelDetails>(['model', id])?.displayName;
  return <Person id={id} name={known} {...(to !== undefined && { to })} />;
}
