/** Spellings that the English list lacks. `|` is the edge of a word, a letter in brackets may be missing. */
export const alsoListed: Readonly<Record<string, readonly string[]>> = {
  fuck: ['phuck', 'phuk', 'fcuk', '|fck|', '|fuq|'],
  bitch: ['biatch', 'beyotch', 'beeyatch', 'beotch'],
  nigger: ['|nigga', '|nigger', '|niggr'],
  faggot: ['|faggot', '|fagot|'],
  whore: ['|whore'],
  cunt: ['|cunt', '|cvnt'],
  slut: ['|siut'],
  asshole: ['|asshoie'],
  pussy: ['|pussi|'],
  porn: ['|pron|'],
  blowjob: ['biowjob'],
};

/** Stems that no innocent word has, beside those that a dictionary knows: they count inside any word. */
export const anywhereStems =
  /siut|asshoie|biowjob|fuck|fuk|f.ck|phuck|fcuk|nigg|fag+ot|bitch|biatch|whore|slut|shit|porn|blowjob|wjob|dildo|cunt|pussy|masturb|jizz|hentai|ejac|ejak|gangbang|gngbang|handjob|orgasm|gasm|vagina|deepthro|doggy|fisting|fellat|buttplug/;

/** What may follow a stem that is a word of its own. */
export const endings =
  /^(?:|s|z|es|ed|d|er|ers|ing|in|y|ys|ies|ie|ier|ty|tie|ties|h|a|as|hole|holes|h0le|hat|hats|wipe|wipes|face|head|heads|sucker|suckers|bag|bags|lick|clown|shot|slut|dump|rag|pig|ist|ists|old|olds|ard|ards|erd|tard|tards|lover|job|jobs|\d{1,4})$/;

/** Words that are written with stars on purpose (`f*ck`). */
export const censoredWords = [
  'fuck',
  'shit',
  'bitch',
  'cunt',
  'slut',
  'whore',
  'pussy',
  'dick',
  'cock',
  'nigger',
  'nigga',
  'faggot',
  'asshole',
  'porn',
  'fucker',
  'fucking',
];

/** Names, animals, plants and sayings that hold a listed word. */
export const innocentPhrases: string[] = [
  'moby dick', 'mishit', 'mishits', 'dyke in holland', 'dykes of', 'dick tracy', 'dick van dyke', 'philip k dick', 'philip k. dick', 'dick grayson', 'dick clark', 'dick cheney', 'spotted dick', 'every tom dick', 'tom, dick',
  'tit for tat', 'tit-for-tat', 'blue tit', 'great tit', 'coal tit', 'pussy willow', 'pussy-willow', 'pussycat', 'pussy cat', 'pussyfoot', 'puss in boots',
  'chink in', 'chinks in', 'spic and span', 'cock a doodle', 'cock-a-doodle', 'cock and bull', 'cock-and-bull', 'cocksure', 'cock robin', 'weather cock', 'peacock',
  'shitake', 'shiitake', 'scunthorpe', 'penistone', 'cockpit', 'cockpits', 'cocktail', 'essex', 'sussex', 'middlesex', 'wessex', 'sextant', 'sextet', 'sexton',
  'hooker t', 'john lee hooker', 'scat singing', 'scat cat', 'rio negro', 'montenegro', 'negroni', 'van dyke', 'porgy', 'orgy of colors', 'tom and dick', 'cum laude',
  'jack ass penguin', 'swank', 'titanic', 'titan', 'snigger', 'niggle', 'niggling', 'niggard', 'salut', 'raccoon', 'cocoon', 'tycoon', 'spicy', 'despicable',
  'dumbo', 'assange', 'cumbia', 'cumin', 'cummings', 'analog', 'analogue', 'analyse', 'analyst', 'rapper', 'rappers', 'rapeseed', 'rapport', 'pissarro', 'pisco',
  'turducken', 'wankel', 'wankdorf', 'arsenal', 'arsenic', 'asset', 'assets', 'titus', 'titel', 'kikeriki', 'retardant', 'prickly', 'pricked',
]; // prettier-ignore
