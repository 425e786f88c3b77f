import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findCommand } from '@mood/testing/find-command';
import { attempt, run } from './command.ts';
import { findDebianMirror, newerDebian } from './debian-packages.ts';
import type { Engine } from './engine.ts';

const root = path.resolve(import.meta.dirname, '../..');
const base = 'mood-test-debian';
const install = (packages: string) =>
  `RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${packages} && apt-get clean`;

/** As PostgreSQL's official image does it, for what docker-compose.yml uses. */
const postgresEntrypoint = `#!/bin/sh
set -eu
[ "$1" = postgres ] || exec "$@"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile "$POSTGRES_PASSWORD_FILE" --auth-local trust --auth-host scram-sha-256
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl --pgdata "$PGDATA" --wait -o "-c listen_addresses=''" start
  createdb --username "$POSTGRES_USER" "$POSTGRES_DB"
  for script in /docker-entrypoint-initdb.d/*.sh; do "$script"; done
  pg_ctl --pgdata "$PGDATA" --wait --mode fast stop
fi
exec "$@" -c 'listen_addresses=*'
`;

/** The same users, folders, commands and signals as the official images have, on packages of Debian. */
const dockerfiles: Readonly<Record<string, readonly string[]>> = {
  node: [
    'RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node',
    'COPY node /usr/local/bin/node',
    'COPY npm /usr/local/lib/node_modules/npm',
    'COPY authorities.crt npmrc /usr/local/etc/',
    'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
  ],
  redis: [
    'RUN groupadd -r -g 999 redis && useradd -r -g redis -u 999 redis && install -d -o redis -g redis /data',
    install('redis-server'),
    'VOLUME /data',
    'WORKDIR /data',
  ],
  haproxy: [
    install('haproxy'),
    'RUN mkdir -p /usr/local/etc/haproxy && groupmod -g 99 haproxy && usermod -u 99 -g 99 haproxy',
    'STOPSIGNAL SIGUSR1',
    'USER haproxy',
    'CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]',
  ],
  postgres: [
    'RUN groupadd -r -g 999 postgres && useradd -r -g postgres -u 999 -d /var/lib/postgresql postgres',
    'RUN install -d -o postgres -g postgres -m 1777 /var/lib/postgresql && mkdir -p /docker-entrypoint-initdb.d',
    `${install('postgresql-common')} && sed -ri 's/#(create_main_cluster) .*$/\\1 = false/' /etc/postgresql-common/createcluster.conf`,
    install('postgresql-18'),
    'RUN install -d -o postgres -g postgres -m 3777 /var/run/postgresql',
    'ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/lib/postgresql/18/bin PGDATA=/var/lib/postgresql/18/docker',
    'VOLUME /var/lib/postgresql',
    'COPY entrypoint.sh /usr/local/bin/',
    'ENTRYPOINT ["entrypoint.sh"]',
    'STOPSIGNAL SIGINT',
    'CMD ["postgres"]',
  ],
};

/**
 * Sees that the engine has the images that the system is built from: they are there, or can be fetched, or are replaced by stand-ins on
 * packages of Debian where no registry of images can be reached.
 * @param images by the name of what they hold: node, postgres, redis, haproxy.
 * @returns which of them are stand-ins.
 */
export async function provideBaseImages(
  engine: Engine,
  images: Readonly<Record<string, string>>,
  folder: string,
  say: (line: string) => void,
): Promise<string[]> {
  const { env } = engine;
  const has = async (image: string) => (await attempt('docker', ['image', 'inspect', image], { env })).code === 0;
  const label = async (image: string) =>
    (await attempt('docker', ['image', 'inspect', '--format', '{{index .Config.Labels "stand-in"}}', image], { env })).stdout.trim();
  const standIns: string[] = [];
  for (const [name, image] of Object.entries(images)) {
    if (await has(image)) {
      if ((await label(image)) === 'yes') standIns.push(name);
      continue;
    }
    if (standIns.length === 0 && (await attempt('docker', ['pull', '--quiet', image], { env })).code === 0) continue;
    say(`no registry of images answers: ${image} gets a stand-in`);
    await buildStandIn(engine, name, image, folder, say);
    standIns.push(name);
  }
  return standIns;
}

async function buildStandIn(engine: Engine, name: string, image: string, folder: string, say: (line: string) => void): Promise<void> {
  const { env } = engine;
  const lines = dockerfiles[name];
  if (lines === undefined) throw new Error(`There is no stand-in for ${image}.`);
  if ((await attempt('docker', ['image', 'inspect', base], { env })).code !== 0) await importDebian(engine, folder, say);
  const context = path.join(folder, 'stand-ins', name);
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await writeFile(path.join(context, 'Dockerfile'), [`FROM ${base}`, 'LABEL stand-in=yes', ...lines, ''].join('\n'));
  if (name === 'postgres') {
    await writeFile(path.join(context, 'entrypoint.sh'), postgresEntrypoint);
    await chmod(path.join(context, 'entrypoint.sh'), 0o755);
  }
  if (name === 'node') {
    await copyFile(path.join(root, 'node_modules/node/bin/node'), path.join(context, 'node'));
    const npm = (await run('npm', ['root', '--global'])).trim();
    await cp(path.join(npm, 'npm'), path.join(context, 'npm'), { recursive: true, dereference: true });
    // Whom this machine trusts, so does npm in the build.
    await copyFile(process.env['NODE_EXTRA_CA_CERTS'] ?? '/etc/ssl/certs/ca-certificates.crt', path.join(context, 'authorities.crt'));
    await writeFile(path.join(context, 'npmrc'), 'cafile=/usr/local/etc/authorities.crt\n');
  }
  await run('docker', ['build', '--quiet', '--network', 'host', '--tag', image, context], { env });
}

async function importDebian(engine: Engine, folder: string, say: (line: string) => void): Promise<void> {
  if (findCommand('debootstrap') === undefined)
    throw new Error(
      'The images of docker-compose.yml can neither be fetched nor replaced: there is no debootstrap on the PATH (Debian package debootstrap).',
    );
  say(`making a Debian ${newerDebian} for the stand-ins`);
  const target = path.join(folder, 'debian');
  await rm(target, { recursive: true, force: true });
  const mirror = await findDebianMirror();
  await run('debootstrap', ['--variant=minbase', newerDebian, target, mirror, '/usr/share/debootstrap/scripts/sid'], { limitMs: 540_000 });
  await writeFile(path.join(target, 'etc/apt/apt.conf.d/99valid'), 'Acquire::Check-Valid-Until "false";\n');
  const archive = path.join(folder, 'debian.tar');
  await run('tar', ['-C', target, '-cf', archive, '.']);
  await run('docker', ['import', archive, base], { env: engine.env });
  await rm(target, { recursive: true, force: true });
  await rm(archive, { force: true });
}

/** What docker-compose.yml and the Dockerfile are built on, by what it is. */
export async function namedImages(services: Readonly<Record<string, { image?: string }>>): Promise<Record<string, string>> {
  const dockerfile = await readFile(path.join(root, 'ops/docker/Dockerfile'), 'utf8');
  const node = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1] ?? /^FROM (node:\S+)/m.exec(dockerfile)?.[1];
  const found = { node, postgres: services['postgres']?.image, redis: services['redis']?.image, haproxy: services['proxy']?.image };
  return Object.fromEntries(
    Object.entries(found).map(([name, image]) => {
      if (image === undefined) throw new Error(`docker-compose.yml and the Dockerfile name no image for ${name}.`);
      return [name, image];
    }),
  );
}
