/** What the document uses of JSON Schema. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  allOf?: Schema[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  maxItems?: number;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  default?: unknown;
  example?: unknown;
}

interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  schema: Schema;
}

interface DocumentedAccess {
  /** `any`: whoever is signed in. `anybody`: also who is not. */
  roles: readonly string[] | 'any' | 'anybody';
  scope?: string;
}

interface DocumentedOperation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  'x-access': DocumentedAccess;
}

export interface Document {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema> };
}

/** One operation of the document, with every reference in it followed. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  parameters: readonly Parameter[];
  body: Schema | undefined;
  access: DocumentedAccess;
}

/** Lists the operations of an OpenAPI document. */
export function operationsOf({ paths, components }: Document): Operation[] {
  function follow(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1);
    if (name !== undefined) return follow(components.schemas[name] ?? {});
    const { allOf, ...own } = schema;
    const followed: Schema = Object.assign({}, ...(allOf ?? []).map(follow), own);
    if (followed.anyOf !== undefined) followed.anyOf = followed.anyOf.map(follow);
    if (followed.items !== undefined) followed.items = follow(followed.items);
    if (followed.properties !== undefined) {
      followed.properties = Object.fromEntries(Object.entries(followed.properties).map(([key, value]) => [key, follow(value)]));
    }
    return followed;
  }

  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody, 'x-access': access }]) => {
      const body = requestBody?.content['application/json']?.schema;
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        parameters: parameters.map((parameter) => ({ ...parameter, schema: follow(parameter.schema) })),
        body: body && follow(body),
        access,
      };
    }),
  );
}
