/**
 * Top-level domains that people write without `https://`, beside linkify-it's own list (every country's, com, net, org …).
 */
export const popularTopLevelDomains = (
  'adult app bar bio blog cam cash club cloud dating dev email fans fyi host ink link ltd media network ' +
  'ninja page pics porn sex site social store studio tech tube vip webcam website wiki xyz'
).split(' ');

/**
 * Top-level domains that are also words which can begin a sentence. Where the space after a full stop is missing
 * (`ok.so`, `love you.me too`) they look like a link, so a bare `name.word` does not count; with a path, a port, `www.` or
 * a second dot it does (`t.me/anna`, `chat.anna.me`).
 */
export const wordTopLevelDomains = (
  'ad am as at be by do id im in is it la ma me mr ms mu my no pa pm so tm to us baby best chat cool date ' +
  'day fun here life live love name now one online pro sexy shop show today top video web world wow'
).split(' ');
