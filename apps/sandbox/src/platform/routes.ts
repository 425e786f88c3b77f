/** A route of the sandbox, in words. `docs/sandbox.md` has the same, with bodies and answers. */
interface RouteInWords {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  does: string;
}

/** What a real platform has as well: the mood system calls it. */
const ofThePlatform: readonly RouteInWords[] = [
  { method: 'POST', path: '/oauth/token', does: 'issues an access token to anybody' },
  { method: 'GET', path: '/.well-known/openid-configuration', does: 'where people sign in (OpenID Connect)' },
  { method: 'GET', path: '/authorize', does: 'the page where one chooses who one is' },
  { method: 'GET', path: '/authorize/as', does: 'signs in whom one has chosen' },
  { method: 'POST', path: '/openid/token', does: 'the tokens of a sign-in, for its code or a refresh token' },
  { method: 'GET', path: '/.well-known/jwks.json', does: 'the keys that tokens are signed with' },
  { method: 'POST', path: '/oauth/introspect', does: 'whether a token is alive (RFC 7662)' },
  { method: 'POST', path: '/oauth/revoke', does: 'ends a token (RFC 7009)' },
  { method: 'GET', path: '/users/:id', does: 'a user: name, tier, language, time zone' },
  { method: 'GET', path: '/performers/:id', does: 'a performer: name, time zone' },
  { method: 'POST', path: '/conversations/:id/messages', does: 'takes a message that is sent in a model’s name' },
  { method: 'POST', path: '/notifications', does: 'takes a notification of a model' },
  { method: 'POST', path: '/events', does: 'takes events for analytics' },
  { method: 'GET', path: '/health', does: 'the health of a service (?service=users; messages when absent); its fault shows here' },
];

/** What only the sandbox has: to play, to look, to break. */
const ofTheSandbox: readonly RouteInWords[] = [
  { method: 'GET', path: '/', does: 'the chat for browsers, all of this for others' },
  { method: 'GET', path: '/about', does: 'this page' },
  { method: 'GET', path: '/chat/:file', does: 'scripts, style and icon of the chat' },
  { method: 'GET', path: '/livez', does: 'whether the sandbox itself answers, whatever its faults' },
  { method: 'GET', path: '/sandbox/directory', does: 'who is there' },
  { method: 'POST', path: '/sandbox/performers', does: 'makes performers' },
  { method: 'POST', path: '/sandbox/users', does: 'makes users' },
  { method: 'PUT', path: '/sandbox/users/:id', does: 'changes the tier of a user' },
  { method: 'POST', path: '/sandbox/conversations/:id/greetings', does: 'a user enters, and is greeted' },
  { method: 'POST', path: '/sandbox/conversations/:id/messages', does: 'a user writes to a model' },
  { method: 'POST', path: '/sandbox/conversations/:id/answers', does: 'the model answers by herself' },
  { method: 'POST', path: '/sandbox/conversations/:id/tips', does: 'a user tips a model, who thanks' },
  { method: 'POST', path: '/sandbox/conversations/:id/farewells', does: 'a user leaves, and is told goodbye' },
  { method: 'GET', path: '/sandbox/live', does: 'what happens in a conversation, as it happens (server-sent events)' },
  { method: 'GET', path: '/sandbox/messages', does: 'the messages of a conversation' },
  { method: 'GET', path: '/sandbox/notifications', does: 'what models were told' },
  { method: 'GET', path: '/sandbox/events', does: 'what analytics was told' },
  { method: 'GET', path: '/sandbox/faults', does: 'which services are broken, and how' },
  { method: 'PUT', path: '/sandbox/faults/:service', does: 'breaks a service, or mends it' },
  { method: 'GET', path: '/sandbox/attempts', does: 'the calls that arrived, and what came of each' },
  { method: 'GET', path: '/sandbox/counters', does: 'how often each call arrived' },
  { method: 'POST', path: '/sandbox/reset', does: 'forgets messages, notifications, events, faults and calls; people stay' },
];

export const routesInWords: readonly RouteInWords[] = [...ofThePlatform, ...ofTheSandbox];
