// Sends the requests of the forms of the reference, with the token that is kept for this tab.

const key = 'mood-api-token';
const tokenForm = document.querySelector('#token-form');
const tokenField = document.querySelector('#token-field');
const tokenState = document.querySelector('#token-state');

/** The token in what somebody pasted: the token itself, a header, or the whole answer of the auth service. */
function findToken(text) {
  const answer = /"access_token"\s*:\s*"([^"]+)"/.exec(text);
  return (answer?.[1] ?? text.trim().replace(/^(?:authorization:\s*)?bearer\s+/i, '')).trim();
}

/** What a JWT says about its bearer; undefined when it is none. */
function readClaims(token) {
  try {
    const part = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), (char) => char.codePointAt(0))));
  } catch {
    return undefined;
  }
}

function showToken() {
  const token = sessionStorage.getItem(key) ?? '';
  tokenField.value = token;
  if (token === '') {
    tokenState.textContent = 'No token yet. It is kept in this tab until you close it.';
    return;
  }
  const claims = readClaims(token);
  if (claims === undefined) {
    tokenState.textContent = 'In use, but this is no JWT: the API will refuse it.';
    return;
  }
  const until = typeof claims.exp === 'number' ? new Date(claims.exp * 1000) : undefined;
  const ended = until !== undefined && until < new Date();
  const when = until === undefined ? '' : `, ${ended ? 'expired' : 'valid until'} ${until.toLocaleString()}`;
  tokenState.textContent = `In use: ${claims.role ?? 'no role'} ${claims.sub ?? ''}${when}.`;
}

tokenForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const token = findToken(tokenField.value);
  if (token === '') sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, token);
  showToken();
});
document.querySelector('#forget-token').addEventListener('click', () => {
  sessionStorage.removeItem(key);
  showToken();
});

function addressOf(form) {
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const field of form.querySelectorAll('[data-in]')) {
    const value = field.value.trim();
    if (field.dataset.in === 'path') path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (value !== '') query.set(field.name, value);
  }
  return query.size === 0 ? path : `${path}?${query}`;
}

/** JSON is set out to be read; anything else is shown as it came. */
function tidy(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const shownHeaders = /^(?:content-type|ratelimit.*|retry-after|www-authenticate|allow|mood-.*|x-request-id|content-disposition)$/;

function show(form, lines, isGood) {
  const [first, ...others] = lines;
  const status = document.createElement('strong');
  status.className = isGood ? 'good' : 'bad';
  status.textContent = first;
  const rest = document.createElement('pre');
  rest.textContent = others.join('\n');
  form.querySelector('output').replaceChildren(status, rest);
}

/** The whole answer; of a stream, what it begins with: it does not end by itself. */
async function readAnswer(response) {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('\ndata: ')) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return text;
}

async function send(form) {
  const address = addressOf(form);
  const { method, open } = form.dataset;
  const token = sessionStorage.getItem(key);
  const headers = {};
  if (token !== null && open !== 'true') headers.Authorization = `Bearer ${token}`;
  const body = form.elements.namedItem('body')?.value;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const start = performance.now();
  try {
    const response = await fetch(address, { method, headers, body, credentials: 'omit', cache: 'no-store' });
    const text = await readAnswer(response);
    const shown = [...response.headers].filter(([name]) => shownHeaders.test(name)).map(([name, value]) => `${name}: ${value}`);
    const hint = response.status === 401 ? ['', 'Give a token first: "Get a token", at the top of this page.'] : [];
    const first = `${response.status} ${response.statusText} in ${Math.round(performance.now() - start)} ms`;
    show(form, [first, `${method} ${address}`, ...hint, '', ...shown, '', tidy(text)], response.ok);
  } catch (error) {
    show(form, ['No answer', `${method} ${address}`, '', `${error.message}. Does the API run, and is the token plain text?`], false);
  }
}

for (const form of document.querySelectorAll('form.try')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    void send(form).finally(() => {
      button.disabled = false;
    });
  });
}

/** A link to an operation opens it. */
function openNamed() {
  const named = document.querySelector(`details[id="${CSS.escape(location.hash.slice(1))}"]`);
  if (named === null) return;
  named.open = true;
  named.scrollIntoView();
}
addEventListener('hashchange', openNamed);
openNamed();
showToken();
