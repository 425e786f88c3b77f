import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { must } from '../check.ts';
import type { Check, Context } from '../check.ts';
import type { TrafficResult } from '../traffic.ts';

const told = ({ sent, failed }: TrafficResult) => `${failed} of ${sent} failed`;

export const upAgain: Check = {
  name: 'a second "up --build --wait" with nothing changed',
  async run({ system, people }) {
    const before = await allContainers(system);
    let log = '';
    const traffic = await people.during(async () => {
      const { code, stdout, stderr } = await system.shell('docker compose --progress plain up --build --wait');
      log = stdout + stderr;
      must(code === 0, 'it failed', log.slice(-2_000));
    });
    const recreated = new Set(Array.from(log.matchAll(/Container (\S+) +Recreated/g), ([, name]) => name));
    must(recreated.size === 0, 'it recreated', [...recreated]);
    must((await allContainers(system)).join() === before.join(), 'there are other containers than before');
    must(traffic.failed === 0, told(traffic), traffic.failures);
    return `${recreated.size} recreated, ${told(traffic)}`;
  },
};

const allContainers = async (system: Context['system']) => (await system.compose(['ps', '--all', '--quiet'])).trim().split('\n').sort();

export const replace: Check = {
  name: 'replace.sh worker, replace.sh api',
  async run({ system, people }) {
    const results: string[] = [];
    for (const service of ['worker', 'api']) {
      const before = await system.containersOf(service);
      const traffic = await people.during(async () => {
        const { code, stderr } = await system.shell(`ops/docker/replace.sh ${service}`);
        must(code === 0, `replace.sh ${service} failed`, stderr.slice(-2_000));
      });
      const after = await system.containersOf(service);
      must(after.length === before.length, `there are ${after.length} of ${service}, not ${before.length}`);
      must(!after.some((id) => before.includes(id)), `some containers of ${service} are the old ones`);
      must(traffic.failed === 0, `while ${service} was replaced, ${told(traffic)}`, traffic.failures);
      results.push(`${service}: ${told(traffic)}`);
    }
    return results.join('; ');
  },
};

export const failedReplace: Check = {
  name: 'replace.sh with a release that does not start, twice, and with one that does',
  async run({ system, people }) {
    const broken = path.join(system.folder, 'broken.compose.yml');
    await writeFile(broken, 'services:\n  api:\n    command: [node, -e, "process.exit(1)"]\n');
    const before = await system.containersOf('api');
    const traffic = await people.during(async () => {
      for (let time = 1; time <= 2; time += 1) {
        const { code } = await system.shell('COMPOSE_FILE=docker-compose.yml:broken.compose.yml ops/docker/replace.sh api');
        must(code !== 0, 'it says that a release that does not start was put in place');
        const after = await system.containersOf('api');
        must(after.toSorted().join() === before.toSorted().join(), `after failure ${time} there are other containers than before`, after);
      }
    });
    must(traffic.failed === 0, told(traffic), traffic.failures);
    const { code, stderr } = await system.shell('ops/docker/replace.sh api');
    must(code === 0, 'it fails afterwards', stderr.slice(-2_000));
    const after = await system.containersOf('api');
    must(after.length === before.length, `there are ${after.length}, not ${before.length}`);
    return `the old ones stay, ${told(traffic)}`;
  },
};

export const moreWorkers: Check = {
  name: 'worker=4, and two again',
  async run({ system }) {
    await system.compose(['up', '--detach', '--wait', '--no-recreate', '--scale', 'worker=4', 'worker']);
    const four = await system.containersOf('worker');
    must(four.length === 4, `there are ${four.length} workers`);
    await system.compose(['up', '--detach', '--wait', '--no-recreate', '--scale', 'worker=2', 'worker']);
    const two = await system.containersOf('worker');
    must(two.length === 2, `there are ${two.length} workers afterwards`);
    return 'four, then two';
  },
};
