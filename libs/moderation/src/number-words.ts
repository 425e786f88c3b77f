import { folded } from './folded.ts';

/** The digits as people say them, 0 to 9, in the languages of the platform. */
const spoken: readonly string[] = [
  'zero one two three four five six seven eight nine',
  'null eins zwei drei vier fünf sechs sieben acht neun',
  'cero uno dos tres cuatro cinco seis siete ocho nueve',
  'zéro un deux trois quatre cinq six sept huit neuf',
  'zero um dois três quatro cinco seis sete oito nove',
  'zero uno due tre quattro cinque sei sette otto nove',
  'ноль один два три четыре пять шесть семь восемь девять',
  'nul een twee drie vier vijf zes zeven acht negen',
  'zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć',
  'sıfır bir iki üç dört beş altı yedi sekiz dokuz',
  '〇 一 二 三 四 五 六 七 八 九',
];
const alsoSaid: Readonly<Record<string, string>> = {
  oh: '0', nil: '0', naught: '0', nought: '0', nada: '0', ein: '1', une: '1', una: '1', uma: '1', duas: '2', zwo: '2', meia: '6', niner: '9', fife: '5',
  нуль: '0', одна: '1', две: '2', раз: '1', 零: '0', 两: '2',
}; // prettier-ignore

/** The digit that a folded word says. */
const digitOfWord = new Map<string, string>(Object.entries(alsoSaid).map(([word, digit]) => [folded(word).text, digit]));
for (const language of spoken) for (const [digit, word] of language.split(' ').entries()) digitOfWord.set(folded(word).text, String(digit));

/** Words that people put together: `fivefivesix`. The longer one first, so that `seis` is not `sei` and an s. */
const glued = [...digitOfWord.keys()].filter((word) => word.length > 2 || /[^a-z]/.test(word)).toSorted((a, b) => b.length - a.length);
const nextPart = new RegExp(`[0-9]+|${glued.join('|')}`, 'y');
const longestWord = 40;

/** Twice or three times the digit that follows: `double five`. */
export const repetitions: ReadonlyMap<string, number> = new Map([
  ['double', 2],
  ['doppel', 2],
  ['doble', 2],
  ['triple', 3],
  ['treble', 3],
]);

/**
 * @param cluster letters and digits without anything between them, folded.
 * @returns the digits that it says, all of it (`five` → `5`, `5five` → `55`, `fivesix` → `56`); null when it says anything else.
 */
export function spokenDigits(cluster: string): string | null {
  const word = digitOfWord.get(cluster);
  if (word !== undefined) return word;
  if (cluster.length > longestWord) return null;
  let digits = '';
  nextPart.lastIndex = 0;
  while (nextPart.lastIndex < cluster.length) {
    const part = nextPart.exec(cluster)?.[0];
    if (part === undefined) return null;
    digits += digitOfWord.get(part) ?? part;
  }
  return digits;
}
