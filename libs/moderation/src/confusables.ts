import skeletons from 'unhomoglyph/data.json' with { type: 'json' };

/**
 * Characters that look like ASCII letters and punctuation: the table of Unicode Technical Standard 39 ("confusables.txt"), as
 * the package `unhomoglyph` carries it. Only alphabets whose letters are mixed into Latin words on purpose; in others
 * (Arabic, Thai …) the table would turn ordinary letters into an l or an o.
 */
const alphabets =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Cherokee}\p{Script=Armenian}\p{Script=Lisu}\p{Script=Coptic}\p{Script=Deseret}\p{Script=Common}]$/u;

/** Letters that are read as another one inside a Latin word (`fцck`), which the table leaves out because their shape differs a little. */
const alsoRead: Readonly<Record<string, string>> = {
  в: 'b', г: 'r', и: 'u', й: 'u', к: 'k', м: 'm', н: 'h', п: 'n', т: 't', ц: 'u', я: 'r', є: 'e', з: '3', ч: '4', ѵ: 'v',
  β: 'b', ε: 'e', η: 'n', κ: 'k', μ: 'u', π: 'n', τ: 't', χ: 'x', ω: 'w', σ: 'o', λ: 'l',
  ғ: 'f', ǫ: 'q', ø: 'o', đ: 'd', ł: 'l', ħ: 'h', ŧ: 't', ð: 'd', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'p', ı: 'i', ſ: 's',
}; // prettier-ignore

/** Small capitals, which the table has in part. */
const smallCapitals = 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ';

/** Punctuation that stands for a full stop or an at sign. */
const asPunctuation: Readonly<Record<string, string>> = {
  '\u00B7': '.', '\u2022': '.', '\u2024': '.', '\u2027': '.', '\u2219': '.', '\u22C5': '.', '\u3002': '.', '\u30FB': '.', '\uFF61': '.', '\uFE12': '.', '\u06D4': '.',
  '\u2299': '@', '\u25CE': '@', '\u29BF': '@', '\u2044': '/', '\u2215': '/', '\u2236': ':', '\uA789': ':', '\u2217': '*',
}; // prettier-ignore

const lookalikes = new Map<string, string>();
for (const [character, skeleton] of Object.entries(skeletons)) {
  if (character <= '\u007F' || !alphabets.test(character) || !/^[A-Za-z]{1,3}$/.test(skeleton)) continue;
  const letter = character.toLowerCase();
  // The table takes an m for r and n, to which it takes the Latin m, too.
  if (/^\p{L}$/u.test(letter) && !lookalikes.has(letter)) lookalikes.set(letter, skeleton.toLowerCase().replace('rn', 'm'));
}
for (const [nth, character] of Array.from(smallCapitals).entries()) lookalikes.set(character, 'abcdefghijklmnopqrstuvwxyz'.charAt(nth));
for (const [character, letters] of Object.entries(alsoRead)) lookalikes.set(character, letters);

/** @returns the ASCII letters that a lower-case letter looks like; undefined when it looks like none. */
export function latinLookalike(letter: string): string | undefined {
  return lookalikes.get(letter);
}

/** @returns the ASCII punctuation that a sign stands for; undefined when it stands for none. */
export function plainPunctuation(sign: string): string | undefined {
  return asPunctuation[sign];
}
