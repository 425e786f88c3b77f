import { benchRender } from './render.ts';

const benches = { render: benchRender } as const;
type Name = keyof typeof benches;

const help = `npm run bench: measures, and compares with a floor measured in the same run.

  npm run bench                  everything
  npm run bench -- NAME …        some of it: ${Object.keys(benches).join(', ')}`;

const isName = (name: string): name is Name => Object.hasOwn(benches, name);

const given = process.argv.slice(2);
const unknown = given.filter((name) => !isName(name));
if (given.includes('--help') || given.includes('-h')) {
  console.log(help);
} else if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}".\n\n${help}`);
  process.exitCode = 2;
} else {
  const names = given.length === 0 ? Object.keys(benches) : given;
  for (const name of names.filter(isName)) benches[name]();
}
