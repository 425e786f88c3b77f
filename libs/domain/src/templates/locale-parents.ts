const regions = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Where English is that of the United States. */
const americanEnglish = regions('US AS GU MP PR UM VI BI PH MH');
const europeanEnglish = regions('AT BE CH CZ DE DK ES FI FR HU IT NL NO PL PT RO SE SI SK');
const latinAmerica = regions('AR BO BR BZ CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE');
const europeanPortuguese = regions('AO CH CV FR GQ GW LU MO MZ ST TL');

/**
 * The larger areas whose form of a language a region shares, nearest first (CLDR, "Parent Locales"): `es-419` for `es-MX`, `en-150` and
 * `en-001` for `en-DE`.
 */
export function regionalParents(language: string, script: string | undefined, region: string): string[] {
  switch (language) {
    case 'en':
      if (script !== 'Latn' || americanEnglish.has(region) || region === '001') return [];
      return europeanEnglish.has(region) ? ['en-150', 'en-001'] : ['en-001'];
    case 'es':
      return latinAmerica.has(region) ? ['es-419'] : [];
    case 'pt':
      return europeanPortuguese.has(region) ? ['pt-PT'] : [];
    case 'zh':
      return script === 'Hant' && region === 'MO' ? ['zh-Hant-HK', 'zh-HK'] : [];
    default:
      return [];
  }
}
