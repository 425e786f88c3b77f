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

const longestWord = 40;

/** Ten and more, each language's words for 10 to 19, then the tens. */
const spokenNumbers: readonly string[] = [
  'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety',
  'zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig',
  'diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa',
  'dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt trente quarante cinquante soixante septante huitante nonante',
  'dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove vinte trinta quarenta cinquenta sessenta setenta oitenta noventa',
  'dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta novanta',
  'десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто',
  'tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig negentig',
  'dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt',
];
const numberOfWord = new Map<string, number>();
for (const language of spokenNumbers) {
  for (const [nth, word] of language.split(' ').entries()) numberOfWord.set(folded(word).text, nth < 10 ? 10 + nth : (nth - 8) * 10);
}
numberOfWord.set('vingts', 20);
/** 200 to 900 where they are words of their own. */
const spokenHundreds: readonly string[] = [
  'doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos',
  'duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos',
  'duecento trecento quattrocento cinquecento seicento settecento ottocento novecento',
  'двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот',
  'dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset',
  'zweihundert dreihundert vierhundert fünfhundert sechshundert siebenhundert achthundert neunhundert',
];
for (const language of spokenHundreds) {
  for (const [nth, word] of language.split(' ').entries()) numberOfWord.set(folded(word).text, (nth + 2) * 100);
}
/** Words of other meanings, too: they are numbers only among numbers. */
const doubtfulNumbers = new Set(['once', 'quince', 'venti', 'elf']);
/** A hundred times the digit before. */
const hundreds = new Set(
  'hundred hundert cent cents cientos centos cento сто сотен honderd sto'.split(' ').map((word) => folded(word).text),
);

/** @returns the value of a word for a number from 10 to 99 or of hundreds; null for any other word. */
export function spokenNumber(word: string, inRun: boolean): number | null {
  if (inRun && hundreds.has(word)) return 100;
  return doubtfulNumbers.has(word) && !inRun ? null : (numberOfWord.get(word) ?? compoundNumber(word));
}

/** `sechsundzwanzig`, `twentyfive`, `negenentwintig`, `ventisei`. */
function compoundNumber(word: string): number | null {
  if (word.length < 7 || word.length > longestWord) return null;
  const turned = unitFirst.exec(word);
  const straight = tensFirst.exec(word);
  const [tens, unit] = turned === null ? [straight?.[1], straight?.[2]] : [turned[2], turned[1]];
  if (tens === undefined || unit === undefined) return null;
  return (numberOfWord.get(tens) ?? elidedTens.get(tens) ?? 0) + Number(digitOfWord.get(unit) ?? 0);
}
const either = (words: Iterable<string>) => [...words].toSorted((a, b) => b.length - a.length).join('|');
const wholeTens = [...numberOfWord].filter(([, value]) => value >= 20 && value < 100);
/** Tens as they are inside one word only. Italian drops a vowel before "uno" and "otto" (`settantotto`), Spanish has `veintiuno`. */
const elidedTens = new Map([
  ...wholeTens.filter(([word]) => /(?:anta|enta|enti)$/.test(word)).map(([word, value]): [string, number] => [word.slice(0, -1), value]),
  ['veinti', 20],
]);
const tensWords = either([...wholeTens.map(([word]) => word), ...elidedTens.keys()]);
const unitWords = either([...digitOfWord].filter(([word, digit]) => digit !== '0' && word.length > 1).map(([word]) => word));
const unitFirst = new RegExp(`^(${unitWords})(?:und|en)(${tensWords})$`);
const tensFirst = new RegExp(`^(${tensWords})(${unitWords})$`);

/** Words that people put together: `fivefivesix`. The longer one first, so that `seis` is not `sei` and an s. */
const glued = [...digitOfWord.keys()].filter((word) => word.length > 2 || /[^a-z]/.test(word)).toSorted((a, b) => b.length - a.length);
const nextPart = new RegExp(`[0-9]+|${glued.join('|')}`, 'y');
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
