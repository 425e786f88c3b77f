import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api.ts';

const maxTries = 4;
const longestWaitMs = 15_000;

const mayPass = (error: unknown) => !(error instanceof ApiError) || error.mayPass || error.waitMs !== undefined;

/** What is shown stays for half a minute; an API that is away is asked again, ever more seldom; refusals are shown at once. */
export const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < maxTries && mayPass(error),
        retryDelay: (failures, error) =>
          (error instanceof ApiError ? error.waitMs : undefined) ??
          Math.min(longestWaitMs, 500 * 2 ** failures) * (0.5 + Math.random() / 2),
        // What was given up comes by itself once the API answers.
        refetchInterval: ({ state: { status, error } }) => (status === 'error' && mayPass(error) ? longestWaitMs : false),
        // The browser's word on being online is often wrong: the call itself tells.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
