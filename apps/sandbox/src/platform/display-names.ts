const firstNames = words(`
  Ada Aiko Amara Anya Bruno Carmen Chloe Daniel Dara Eero Elif Emeka Farah Felix Freya Gabriel Hana Hugo Imani
  Ines Ivan Jonas Kaia Kofi Leila Liam Linh Lucas Maeve Marta Mateo Mila Nadia Noah Noor Olga Paolo Priya Rafael
  Rosa Ruby Samir Sanna Tariq Theo Uma Viktor Wanda Yara Zoe
`);

const byNames = words(`
  Ash Blue Brook Cedar Clay Coral Dawn Dove Ember Fern Flint Frost Gale Grove Hazel Indigo Ivory Jade Juniper
  Lake Lark Linden Lotus Maple Meadow Moon North Ocean Onyx Pearl Quill Rain Reed River Robin Rowan Sage Silver
  Sky Slate Snow Sol Star Stone Storm Sun Vale West Willow Winter
`);

/** A display name for the n-th created person: 50 × 50 different ones before they repeat with a number. */
export function displayName(n: number): string {
  const first = n % firstNames.length;
  const round = Math.floor(n / firstNames.length);
  const by = (first * 7 + round) % byNames.length;
  const lap = Math.floor(round / byNames.length);
  return `${firstNames[first]} ${byNames[by]}${lap === 0 ? '' : ` ${lap + 1}`}`;
}

function words(list: string): string[] {
  return list.trim().split(/\s+/);
}
