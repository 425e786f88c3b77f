import { latinForm } from './folded.ts';

/** Names of messengers and platforms that name nothing else. */
const own = `
instagram insta snap instagrm instgram instagarm insagram snapchat snapchta telegram telegramm telegr telegrm telgram telegarm whatsapp whatsap watsapp wattsapp kik discord skype onlyfans fansly tiktok facebook
cashapp paypal venmo wechat weixin viber vkontakte linktree linktr onlyfan manyvids chaturbate stripchat snapcode patreon twitch youtube tumblr messenger
imessage icq wickr threema clips4sale fancentro loyalfans justforfans pornhub twitter bluesky reddit mastodon revolut zelle
телеграм телеграмм телега тг инста инстаграм вк вконтакте ватсап вотсап вацап вайбер дискорд скайп
`;
/** Names that are also words or could be anything: they count with a sign before an account that looks like one. */
const ambiguous = 'ig tg sc wa tele vk of x line signal fb tt yt zap gmail hotmail yahoo email outlook threads steam';

/** Letters as they look: an l and a 1 are an i, a 0 is an o, and so on. Names are compared in this form. */
export function lookOf(word: string): string {
  return word.replace(/[l|!013457$@]/g, (letter) => looks[letter] ?? letter);
}
const looks: Readonly<Record<string, string>> = {
  l: 'i',
  '|': 'i',
  '!': 'i',
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  $: 's',
  '@': 'a',
};

const names = (list: string) => list.trim().split(/\s+/);
const ownNames = new Set(names(own).flatMap((name) => [lookOf(name), lookOf(latinForm(name))]));
const ambiguousNames = new Set(names(ambiguous));

/** @returns how surely a folded word names a messenger; null when it names none. */
export function messengerOf(word: string): 'own' | 'ambiguous' | null {
  if (ambiguousNames.has(word)) return 'ambiguous';
  if (word.length > 20 || word.length < 2) return null;
  return ownNames.has(lookOf(word)) && !/^\d+$/.test(word) ? 'own' : null;
}
