/** The rounds of a run: the projects of jest.config.js. `quick` needs no server, no database and no process. */
export const rounds = ['quick', 'postgres', 'redis', 'redis-cluster'] as const;

const isRound = (text: string) => rounds.some((round) => round === text);
const chooses = /^--(selectProjects|ignoreProjects)(?:=(.*))?$/;

/**
 * Arguments in the order in which jest takes them for what they are meant to be. Jest takes every word behind `--selectProjects` for a project, so
 * that `--selectProjects postgres PATH` would run everything: paths come first here.
 * @throws Error for a round that there is not.
 */
export function jestArguments(given: readonly string[]): string[] {
  const others: string[] = [];
  const paths: string[] = [];
  const chosen: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const argument = given[at] ?? '';
    const [, option, value] = chooses.exec(argument) ?? [];
    if (option === undefined) {
      others.push(argument);
      continue;
    }
    const words: string[] = value === undefined ? [] : [value];
    while (given[at + 1]?.startsWith('-') === false) words.push(given[(at += 1)] ?? '');
    const end = words.findIndex((word) => !isRound(word));
    const named = end === -1 ? words : words.slice(0, end);
    if (named.length === 0) {
      const what = words[0] === undefined ? 'names no round' : `names "${words[0]}", which is no round`;
      throw new Error(`--${option} ${what}: expected ${rounds.join(', ')}. Paths can stand before it or after a round.`);
    }
    paths.push(...words.slice(named.length));
    chosen.push(`--${option}`, ...named);
  }
  return [...paths, ...others, ...chosen];
}
