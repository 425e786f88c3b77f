import { inspectTemplate, renderTemplate, toPlainText } from '@mood/domain';
import type { Report } from './support/report.ts';

/** Characters of input. */
const sizes = [1_000, 10_000, 100_000, 1_000_000];
const rounds = 5;

/** What could make a renderer slow: many variables, values that look like templates, openers that are never closed. */
const inputs: Record<string, (size: number) => { content: string; values: Record<string, string> }> = {
  'many variables': (size) => ({ content: '{{userName}} '.repeat(size / 13), values: { userName: 'John' } }),
  'a long value': (size) => ({ content: 'Hi {{userName}}!', values: { userName: '{{amount}}$&$1'.repeat(size / 14) } }),
  'openers without end': (size) => ({ content: '{{'.repeat(size / 2), values: {} }),
  'less-than signs': (size) => ({ content: '<{{userName}}'.repeat(size / 13), values: { userName: '<' } }),
  'nested markup in a value': (size) => ({ content: '{{userName}}', values: { userName: '<b>&lt;'.repeat(size / 7) } }),
};

function work({ content, values }: { content: string; values: Record<string, string> }): void {
  const clean = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toPlainText(value)]));
  renderTemplate(inspectTemplate(content).parsed, clean);
}

/** Median milliseconds of one run over several rounds. */
function measure(input: { content: string; values: Record<string, string> }): number {
  const times = Array.from({ length: rounds }, () => {
    const begin = performance.now();
    work(input);
    return performance.now() - begin;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

/**
 * Rendering is linear in the size of its input: the time per character of a large input, as a ratio to that of the smallest size that
 * can be measured well, stays near 1.
 */
export async function benchRender(): Promise<Report> {
  console.log(`Rendering, nanoseconds per character (median of ${rounds} rounds), and the ratio of the last to the 10,000 column:`);
  console.log(['input'.padEnd(26), ...sizes.map((size) => size.toLocaleString('en-US').padStart(10)), 'ratio'.padStart(8)].join(' '));
  for (const [name, make] of Object.entries(inputs)) {
    for (let warm = 0; warm < 50; warm++) work(make(1_000));
    const perCharacter = sizes.map((size) => (measure(make(size)) * 1e6) / size);
    const ratio = (perCharacter.at(-1) ?? 0) / (perCharacter[1] ?? 1);
    console.log([name.padEnd(26), ...perCharacter.map((ns) => ns.toFixed(1).padStart(10)), ratio.toFixed(2).padStart(8)].join(' '));
  }
  return { rows: [], figures: [] };
}
