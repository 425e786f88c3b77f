import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export interface OpenApiDocument {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>>;
  components: { schemas: Record<string, object> };
}

/** Of an answer without JSON: null. */
type AnswerValidator = ValidateFunction | null;

interface Operation {
  pattern: RegExp;
  method: string;
  path: string;
  /** By status. Each is made when it is asked for. */
  responses: Map<string, () => AnswerValidator>;
}

/** Throws when an answer of the API is not what its OpenAPI document says. */
export type ResponseValidator = (method: string, pathname: string, status: number, body: unknown) => void;

function readOperations(document: OpenApiDocument): { ajv: Ajv2020; operations: Operation[] } {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: 'api', components: document.components });

  function validatorOf(schema: object | undefined): () => AnswerValidator {
    let made: AnswerValidator | undefined;
    return () => (made ??= schema === undefined ? null : ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'))));
  }

  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
      responses: new Map(
        Object.entries(operation.responses).map(([status, { content }]) => [status, validatorOf(content?.['application/json']?.schema)]),
      ),
    })),
  );
  // A static path comes before one with a parameter.
  operations.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  return { ajv, operations };
}

/** Compiles the schema of every answer of the document. @returns how many there are. @throws when one is no schema, or names what is not there. */
export function compileAnswers(document: OpenApiDocument): number {
  const answers = readOperations(document).operations.flatMap(({ responses }) => [...responses.values()]);
  return answers.filter((validator) => validator() !== null).length;
}

/** Compiles the schema of an answer when it comes: those of all answers take a second, and a test sees a few. */
export function createResponseValidator(document: OpenApiDocument): ResponseValidator {
  const { ajv, operations } = readOperations(document);

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
    const validate = operation.responses.get(String(status))?.();
    if (validate === undefined) throw new Error(`${method} ${operation.path} answered ${status}, which its OpenAPI document does not list`);
    if (validate !== null && !validate(body)) {
      throw new Error(`${method} ${operation.path} ${status}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
    }
  };
}
