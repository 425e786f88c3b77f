type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

/** An element. Strings among the children become text, never markup: names and messages are whatever somebody has typed. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Child | undefined)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** @throws Error when the page has no such element. */
export function byId(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** As the panel writes times: 24 hours, in the language of the page, whatever that of the browser is. */
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** Whether it, or something in it, has the focus. */
export const hasFocus = (element: Element): boolean => element.contains(document.activeElement);

/** @param instant ISO 8601. The whole of it, with the zone, on hover. */
export function time(instant: string): HTMLTimeElement {
  const at = new Date(instant);
  return el('time', { datetime: instant, title: full.format(at) }, clock.format(at));
}

/** Instants among the values of an event are written as all other times are. */
export const withTimes = (value: string): string => (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? full.format(new Date(value)) : value);

export function button(label: string, press: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = el('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', press);
  return made;
}

/** A form that is sent to `submit` and nowhere else. */
export function form(attributes: Attributes, submit: () => void, ...children: readonly Child[]): HTMLFormElement {
  const made = el('form', attributes, ...children);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  return made;
}

export function select(label: string, options: readonly string[], chosen: string): HTMLSelectElement {
  const made = el('select', { 'aria-label': label }, ...options.map((option) => el('option', { value: option }, option)));
  made.value = chosen;
  return made;
}
