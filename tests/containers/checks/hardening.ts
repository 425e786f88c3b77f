import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { must } from '../check.ts';
import type { Check, Context } from '../check.ts';

/** What runs all the time. */
const running = ['postgres', 'redis', 'api', 'worker', 'proxy', 'sandbox'];
const mostOfItsOwn = 60_000_000;

async function everyContainer(system: Context['system']): Promise<{ service: string; id: string }[]> {
  const found = await Promise.all(running.map(async (service) => (await system.containersOf(service)).map((id) => ({ service, id }))));
  return found.flat();
}

export const hardened: Check = {
  name: 'nobody is root, nothing can be written, limits hold',
  async run({ system }) {
    const containers = await everyContainer(system);
    for (const { service, id } of containers) {
      const [info] = JSON.parse(await system.docker(['inspect', id]));
      const { HostConfig: host } = info;
      must(host.ReadonlyRootfs === true, `${service} can write to its root`);
      must(host.PidsLimit === 300 && host.Memory > 0 && host.NanoCpus > 0, `${service} lacks a limit`, [host.PidsLimit, host.Memory]);
      must(JSON.stringify(host.CapDrop) === '["ALL"]' && host.SecurityOpt.includes('no-new-privileges:true'), `${service} has rights`);
      const script =
        'id -u; grep ^CapEff /proc/1/status | tr -dc "[:xdigit:]" | tail -c 16; echo; (: > /written) 2>/dev/null && echo written || echo refused; df -k /tmp | tail -1';
      const [uid, capabilities, write, tmp = ''] = (await system.docker(['exec', id, 'sh', '-c', script])).split('\n');
      must(uid !== '0', `${service} runs as root`);
      must(/^0+$/.test(capabilities ?? ''), `${service} has capabilities`, capabilities);
      must(write === 'refused', `${service} wrote to its root`);
      const [, kilobytes] = tmp.trim().split(/\s+/);
      must(Number(kilobytes) <= 65_536, `/tmp of ${service} has no size`, tmp);
    }
    return `${containers.length} containers`;
  },
};

export const image: Check = {
  name: 'the image holds what runs, and says its version',
  async run({ system }) {
    const { version } = JSON.parse(await readFile(path.join(system.folder, 'package.json'), 'utf8'));
    const sizes = await Promise.all(
      [`mood-messaging:${version}`, 'node:24.21.0-bookworm-slim'].map(async (name) =>
        Number(await system.docker(['image', 'inspect', '--format', '{{.Size}}', name])),
      ),
    );
    const own = (sizes[0] ?? 0) - (sizes[1] ?? 0);
    must(own > 0 && own <= mostOfItsOwn, 'it has too much of its own', `${(own / 1e6).toFixed(1)} MB`);
    const [info] = JSON.parse(await system.docker(['image', 'inspect', `mood-messaging:${version}`]));
    must(info.Config.Labels['org.opencontainers.image.version'] === version, 'its label says another version', info.Config.Labels);
    const [api = ''] = await system.containersOf('api');
    const unwanted =
      "find /app \\( -path '*/apps/sandbox*' -o -path '*/apps/launcher*' -o -path '*/apps/demo*' -o -path '*/libs/*.test.ts' -o -path '*/libs/testing*' -o -name '*.fake.ts' -o -name '*.fixture.ts' -o -name '*.suite.ts' \\) -not -path '*/node_modules/*'";
    const found = (
      await system.docker(['exec', api, 'sh', '-c', `${unwanted}; find /app -path '*/node_modules/lru-cache/package.json' | tail -n +2`])
    ).trim();
    must(found === '', 'it holds what does not run', found);
    return `${(own / 1e6).toFixed(1)} MB of its own, version ${version}`;
  },
};

export const noSecrets: Check = {
  name: 'no secret stands in "inspect", in an image or in a log',
  async run({ system }) {
    const folder = path.join(system.folder, 'secrets');
    const values = new Set<string>();
    for (const name of await readdir(folder)) {
      const text = (await readFile(path.join(folder, name), 'utf8')).trim();
      // A URL, its password, a key: whatever is long enough to be one.
      for (const word of [text, ...text.split(/[\s:/@#]+/)]) if (word.length >= 20) values.add(word);
    }
    must(values.size > 8, 'there are hardly any secrets', values.size);
    const ids = (await everyContainer(system)).map(({ id }) => id);
    const images = (await system.docker(['image', 'ls', '--quiet'])).split('\n').filter((id) => id !== '');
    const places: Record<string, string> = {
      'docker inspect': await system.docker(['inspect', ...ids]),
      'the images': (await Promise.all([...new Set(images)].map((id) => system.docker(['history', '--no-trunc', id])))).join('\n'),
      'the logs': await system.compose(['logs', '--no-color']),
      'docker compose config': await system.compose(['config']),
    };
    for (const [place, text] of Object.entries(places)) {
      must(text.length > 500, `${place} says nothing`);
      must(![...values].some((value) => text.includes(value)), `${place} holds a secret`);
    }
    return `${values.size} words sought`;
  },
};

export const redisRefusesNobody: Check = {
  name: 'Redis has refused nothing that a process of ours asked for',
  async run({ system }) {
    const words = 'REDISCLI_AUTH="$(cat /run/secrets/redis_password)" redis-cli --no-raw ACL LOG';
    const log = await system.compose(['exec', '-T', 'redis', 'sh', '-c', words]);
    must(/empty (?:array|list)/.test(log), 'it refused', log.slice(0, 1_000));
    return 'nothing';
  },
};
