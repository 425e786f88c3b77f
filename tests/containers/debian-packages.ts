import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findCommand } from '@mood/testing/find-command';
import { run } from './command.ts';

/** The Debian that has Docker Compose 2.40, PostgreSQL 18, Redis 8 and HAProxy 3.2. */
export const newerDebian = 'forky';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Whether packages can be fetched at all: by root, on Debian. */
export const hasApt = (): boolean =>
  process.getuid?.() === 0 && findCommand('apt-get') !== undefined && findCommand('dpkg-deb') !== undefined;

/** The mirror that this machine's own apt uses. @throws when its sources name none. */
export async function findDebianMirror(): Promise<string> {
  const folder = '/etc/apt/sources.list.d';
  const names = await readdir(folder).catch(() => []);
  const files = [
    ...names.filter((name) => /\.(?:sources|list)$/.test(name)).map((name) => path.join(folder, name)),
    '/etc/apt/sources.list',
  ];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = /^(?:URIs: *|deb (?:\[[^\]]*\] )?)(https?:\/\/\S+\/debian)\/?(?=\s|$)/m.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('The sources of apt (/etc/apt) name no mirror of Debian.');
}

/**
 * Fetches packages of the newer Debian and unpacks them into a folder of their own, once. Lists, caches and packages of the machine's
 * own apt stay as they are.
 * @returns the folder that holds their `usr`.
 */
export async function unpackPackages(names: readonly string[], folder: string): Promise<string> {
  const target = path.join(folder, names.toSorted().join('+'));
  const finished = path.join(target, 'finished');
  const isThere = await access(finished).then(
    () => true,
    () => false,
  );
  if (isThere) return target;
  await rm(target, { recursive: true, force: true });
  const apt = path.join(target, 'apt');
  for (const part of ['sources', 'lists/partial', 'cache/archives/partial', 'packages'])
    await mkdir(path.join(apt, part), { recursive: true });
  const source = ['Types: deb', `URIs: ${await findDebianMirror()}`, `Suites: ${newerDebian}`, 'Components: main', `Signed-By: ${keyring}`];
  await writeFile(path.join(apt, 'sources', 'newer.sources'), `${source.join('\n')}\n`);
  const settings = [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${apt}/sources`,
    `Dir::State::lists=${apt}/lists`,
    `Dir::Cache=${apt}/cache`,
    'Acquire::Languages=none',
    // A mirror that was frozen at a day has lists that are past their date; they are signed all the same.
    'Acquire::Check-Valid-Until=false',
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);
  await run('apt-get', [...settings, 'update', '-qq']);
  await run('apt-get', [...settings, 'download', '-qq', ...names], { cwd: path.join(apt, 'packages') });
  for (const name of await readdir(path.join(apt, 'packages'))) await run('dpkg-deb', ['-x', path.join(apt, 'packages', name), target]);
  await rm(apt, { recursive: true, force: true });
  await writeFile(finished, '');
  return target;
}
