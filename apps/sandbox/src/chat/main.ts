import type { Person, User } from '../platform/people.ts';
import { readMoodsAs } from './badges.ts';
import { createConversation } from './conversation-view.ts';
import type { ConversationView } from './conversation-view.ts';
import { byId, el } from './dom.ts';
import { openLive, whenChanged } from './live.ts';
import { attempt } from './notice.ts';
import { createChooser, createPeopleList } from './people-view.ts';
import type { Chooser, PeopleList } from './people-view.ts';
import { followPlaces, readPlace } from './place.ts';
import type { Place } from './place.ts';
import { createPlatformView } from './platform-view.ts';
import { conversationOf, listPeople } from './platform.ts';
import type { Listed } from './platform.ts';

/** Everybody whom the page has heard of. */
const users = new Map<string, User>();
const models = new Map<string, Person>();
const platform = createPlatformView((id) => models.get(id)?.displayName ?? users.get(id)?.displayName ?? id.slice(0, 8));

let shown: Place = { userId: undefined, modelId: undefined };
let search = '';
let listed: Listed = { performers: [], users: [], totals: { performers: 0, users: 0 } };
let list: PeopleList | undefined;
let chooser: Chooser | undefined;
let conversation: ConversationView | undefined;

function remember(people: Listed): Listed {
  for (const user of people.users) users.set(user.id, user);
  for (const model of people.performers) models.set(model.id, model);
  return people;
}

async function fetchPeople(): Promise<void> {
  const mine = search;
  const people = remember(await listPeople(mine));
  if (mine !== search) return;
  listed = people;
  if (mine === '') platform.people(people);
  list?.show(people, shown.modelId);
  chooser?.show(people);
}

function look(part: string): void {
  search = part;
  void attempt('Searching', fetchPeople);
}

/** A person by id, also one beyond those that are listed. */
async function find<P extends Person>(known: ReadonlyMap<string, P>, id: string | undefined): Promise<P | undefined> {
  if (id === undefined) return undefined;
  if (!known.has(id)) remember(await listPeople(id));
  return known.get(id);
}

function showConversation(user: User | undefined, model: Person | undefined): void {
  const place = byId('conversation');
  conversation?.close();
  conversation = undefined;
  chooser = undefined;
  if (user === undefined) {
    chooser = createChooser(look);
    chooser.show(listed);
    place.replaceChildren(chooser.element);
    openLive(undefined, undefined);
  } else if (model === undefined) {
    place.replaceChildren(el('p', { class: 'empty' }, 'Choose a model to talk to.'));
    openLive(undefined, undefined);
  } else {
    conversation = createConversation(user, model);
    place.replaceChildren(conversation.element);
    openLive(conversationOf({ userId: user.id, modelId: model.id }), conversation.listener);
  }
  platform.talk(user === undefined || model === undefined ? undefined : { user, model });
}

/** Somebody has gone to another place: what had the focus may be gone, so it goes where one goes on. */
async function go(place: Place): Promise<void> {
  await show(place);
  (conversation ?? chooser ?? list)?.focus();
}

async function show(place: Place): Promise<void> {
  const [user, model] = [await find(users, place.userId), await find(models, place.modelId)];
  const isNewUser = user?.id !== shown.userId || list === undefined;
  shown = { userId: user?.id, modelId: user === undefined ? undefined : model?.id };
  document.body.dataset['view'] = user === undefined ? 'choose' : model === undefined ? 'models' : 'talk';
  document.title = user === undefined || model === undefined ? 'Chat of the sandbox' : `${model.displayName} · chat of the sandbox`;
  if (isNewUser) showUser(user);
  list?.show(listed, shown.modelId);
  showConversation(user, model);
}

function showUser(user: User | undefined): void {
  if (user !== undefined) void readMoodsAs(user.id);
  list = user === undefined ? undefined : createPeopleList(user, look);
  byId('people').replaceChildren(...(list === undefined ? [] : [list.element]));
  if (search !== '') look('');
}

/** Somebody was added, or has another tier now. */
async function peopleChanged(): Promise<void> {
  const before = users.get(shown.userId ?? '');
  await fetchPeople();
  const now = await find(users, shown.userId);
  if (now !== undefined && now.tier !== before?.tier) list?.rank(now.tier);
}

whenChanged(['people'], () => void attempt('Reading who is there', peopleChanged));
followPlaces((place) => void attempt('Opening', () => go(place)));
await attempt('Reading who is there', fetchPeople);
await attempt('Opening', () => show(readPlace()));
