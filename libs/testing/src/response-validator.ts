import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export interface OpenApiDocument {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>>;
  components: { schemas: Record<string, object> };
}

interface Operation {
  pattern: RegExp;
  method: string;
  path: string;
  responses: Map<string, ValidateFunction | null>;
}

/** Throws when an answer of the API is not what its OpenAPI document says. */
export type ResponseValidator = (method: string, pathname: string, status: number, body: unknown) => void;

/** Compiles every response schema of the document. */
export function createResponseValidator(document: OpenApiDocument): ResponseValidator {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: 'api', components: document.components });
  const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
      responses: new Map(
        Object.entries(operation.responses).map(([status, response]) => {
          const schema = response.content?.['application/json']?.schema;
          return [status, schema === undefined ? null : ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')))];
        }),
      ),
    })),
  );
  // A static path comes before one with a parameter.
  operations.sort((a, b) => a.path.split('{').length - b.path.split('{').length);

  return (method, pathname, status, body) => {
    // It never got to a route.
    if (status === 400 && String(Reflect.get(Object(body), 'message')).startsWith('The URL is not in its normal form: ')) return;
    // A path without parameters has its own methods alone, and is not answered as one with a parameter that is like it.
    const own = operations.filter(({ path }) => path === pathname);
    if (status === 405 && own.length > 0 && own.every((one) => one.method !== method)) return;
    const operation = operations.find((candidate) => candidate.method === method && candidate.pattern.test(pathname));
    if (operation === undefined) {
      if (status === 404 || status === 405) return;
      throw new Error(`${method} ${pathname} answered ${status} and is not in the OpenAPI document`);
    }
    const validate = operation.responses.get(String(status));
    if (validate === undefined) throw new Error(`${method} ${operation.path} answered ${status}, which its OpenAPI document does not list`);
    if (validate !== null && !validate(body)) {
      throw new Error(`${method} ${operation.path} ${status}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
    }
  };
}
