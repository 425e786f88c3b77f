import { errorCodes } from '@mood/domain';
import type { ErrorCode } from '@mood/domain';
import type { DocumentedAccess } from '../auth/access.ts';

/** The part of JSON Schema that our OpenAPI document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  example?: unknown;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

interface MediaType {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required?: boolean;
  description?: string;
  example?: unknown;
  schema: Schema;
}

interface DocumentedResponse {
  description: string;
  headers?: Record<string, { description?: string }>;
  content?: Record<string, MediaType>;
}

export interface DocumentedOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, DocumentedResponse>;
  'x-access': DocumentedAccess;
}

/** The part of the OpenAPI document that the page and the examples read. */
export interface OpenApiDocument {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema> };
}

/** Resolves references, and merges the parts of `allOf` (later ones win). */
export function resolveSchema(schema: Schema, document: OpenApiDocument): Schema {
  const { $ref, allOf, ...own } = schema;
  const parts = [...($ref === undefined ? [] : [document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}]), ...(allOf ?? [])].map(
    (part) => resolveSchema(part, document),
  );
  const whole: Schema = Object.assign({}, ...parts, own);
  const properties = [...parts, own].flatMap((part) => Object.entries(part.properties ?? {}));
  if (properties.length > 0) whole.properties = Object.fromEntries(properties);
  const required = [...parts, own].flatMap((part) => part.required ?? []);
  if (required.length > 0) whole.required = [...new Set(required)];
  return whole;
}

/** The error codes that an answer with this schema can have; none if it is no error answer. */
export function codesOf(schema: Schema, document: OpenApiDocument): ErrorCode[] {
  const { anyOf, oneOf, properties } = resolveSchema(schema, document);
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.flatMap((choice) => codesOf(choice, document));
  const named = properties?.['error'];
  const { enum: values = [], const: only } = named === undefined ? {} : resolveSchema(named, document);
  return errorCodes.filter((code) => values.includes(code) || only === code);
}
