import { resolveSchema } from './document.ts';
import type { OpenApiDocument, Schema } from './document.ts';

/** Whether an example is of a request or of an answer. */
export type Direction = 'request' | 'answer';

const aMoment = '2026-01-02T15:45:00.000Z';
const anId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';

const typeOf = ({ type, properties, items }: Schema): string | undefined => {
  if (type !== undefined) return Array.isArray(type) ? type.find((one) => one !== 'null') : type;
  if (properties !== undefined) return 'object';
  return items === undefined ? undefined : 'array';
};

/**
 * A valid value of the schema: its own example, else its default, its first enum value, or one composed of its parts. A request has only
 * the fields that are required or have a default, so that it can be sent as it is; an answer has all fields.
 */
export function exampleOfSchema(schema: Schema, document: OpenApiDocument, direction: Direction): unknown {
  const whole = resolveSchema(schema, document);
  if (whole.example !== undefined) return whole.example;
  if (whole.default !== undefined) return whole.default;
  if (whole.const !== undefined) return whole.const;
  const choices = whole.anyOf ?? whole.oneOf;
  const [first] = choices ?? [];
  if (first !== undefined) return exampleOfSchema(first, document, direction);
  if (whole.enum !== undefined) return whole.enum[0];
  switch (typeOf(whole)) {
    case 'object':
      return Object.fromEntries(
        Object.entries(whole.properties ?? {})
          .filter(([name, field]) => direction === 'answer' || isSent(name, field, whole, document))
          .map(([name, field]) => [name, exampleOfSchema(field, document, direction)]),
      );
    case 'array':
      return whole.items === undefined ? [] : [exampleOfSchema(whole.items, document, direction)];
    case 'integer':
    case 'number':
      return Math.max(whole.minimum ?? 0, 0);
    case 'boolean':
      return false;
    case 'string':
      return exampleOfText(whole);
    case undefined:
    default:
      return null;
  }
}

function isSent(name: string, field: Schema, { required = [] }: Schema, document: OpenApiDocument): boolean {
  return required.includes(name) || resolveSchema(field, document).default !== undefined;
}

function exampleOfText({ format }: Schema): string {
  if (format === 'date-time') return aMoment;
  if (format === 'date') return aMoment.slice(0, 10);
  return format === 'uuid' ? anId : 'text';
}

/** Gives every body that is sent an example that can be sent as it is printed. */
export function addRequestExamples(document: OpenApiDocument): void {
  for (const { requestBody } of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    const body = requestBody?.content['application/json'];
    if (body !== undefined) body.example ??= exampleOfSchema(body.schema, document, 'request');
  }
}
