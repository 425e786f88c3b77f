import { html } from 'hono/html';
import { resolveSchema } from '../document.ts';
import type { OpenApiDocument, Schema } from '../document.ts';

/** What `html` makes: markup in which every value is escaped. */
export type Markup = ReturnType<typeof html>;

interface Field {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

/** Every field of a schema, those of its parts under paths such as `history[].moodState`. */
function fieldsOf(schema: Schema, document: OpenApiDocument, prefix = ''): Field[] {
  const whole = resolveSchema(schema, document);
  const choices = (whole.anyOf ?? whole.oneOf ?? []).map((choice) => resolveSchema(choice, document));
  const parts = choices.find(({ properties, items }) => properties !== undefined || items !== undefined) ?? whole;
  if (parts.items !== undefined) return fieldsOf(parts.items, document, `${prefix}[]`);
  return Object.entries(parts.properties ?? {}).flatMap(([key, field]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const own = resolveSchema(field, document);
    return [{ name, schema: own, isRequired: parts.required?.includes(key) ?? false }, ...fieldsOf(own, document, name)];
  });
}

/** `text`, `whole number 0 … 300`, `one of neutral, positive, negative`, each `or null` where it may be. */
export function describeType(schema: Schema, document: OpenApiDocument): string {
  const { type, format, enum: values, const: only, anyOf, oneOf, items, ...whole } = resolveSchema(schema, document);
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return [...new Set(choices.map((choice) => describeType(choice, document)))].join(' or ');
  const types = type === undefined ? [] : [type].flat();
  const orNull = types.includes('null') ? ' or null' : '';
  if (only !== undefined) return JSON.stringify(only) + orNull;
  if (values !== undefined)
    return `one of ${values
      .filter((value) => value !== null)
      .map(String)
      .join(', ')}${orNull}`;
  const main = types.find((one) => one !== 'null');
  switch (main) {
    case 'integer':
    case 'number':
      return (main === 'integer' ? 'whole number' : 'number') + describeRange(whole) + orNull;
    case 'string':
      return (formats[format ?? ''] ?? 'text') + (whole.maxLength === undefined ? '' : ` of up to ${whole.maxLength} characters`) + orNull;
    case 'boolean':
      return `true or false${orNull}`;
    case 'array':
      return `list of ${items === undefined ? 'values' : describeType(items, document)}${orNull}`;
    case 'null':
    case undefined:
      return types.includes('null') ? 'null' : 'any value';
    default:
      return `object${orNull}`;
  }
}

const formats: Readonly<Record<string, string>> = { uuid: 'UUID', 'date-time': 'time (ISO 8601)', date: 'day' };
const unbounded = 2_147_483_647;

function describeRange({ minimum, maximum }: Schema): string {
  const lowest = minimum === undefined || minimum <= -unbounded ? undefined : minimum;
  const highest = maximum === undefined || maximum >= unbounded ? undefined : maximum;
  if (lowest !== undefined && highest !== undefined) return ` ${lowest} … ${highest}`;
  if (lowest !== undefined) return ` from ${lowest}`;
  return highest === undefined ? '' : ` up to ${highest}`;
}

/** A list of the fields of a body: name, type, whether it is needed, what it means. */
export function renderFields(schema: Schema, document: OpenApiDocument, { inRequest }: { inRequest: boolean }): Markup {
  const fields = fieldsOf(schema, document);
  if (fields.length === 0) return html``;
  return html`<dl class="fields">${fields.map((field) => renderField(field, document, inRequest))}</dl>`;
}

function renderField({ name, schema, isRequired }: Field, document: OpenApiDocument, inRequest: boolean): Markup {
  const { description, default: byDefault } = schema;
  const fallback = inRequest && !isRequired && byDefault !== undefined ? html` <span>default ${JSON.stringify(byDefault)}</span>` : '';
  return html`<div>
    <dt>
      <code>${name}</code>
      <span>${describeType(schema, document)}</span>${inRequest && isRequired ? html` <strong>required</strong>` : fallback}
    </dt>
    ${description === undefined ? '' : html`<dd>${renderText(description)}</dd>`}
  </div>`;
}

/** Text of the document, in which `…` is code. */
export function renderText(text: string): Markup {
  return html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
