import { describeIssues, DomainError } from '@mood/domain';
import type { ErrorCode } from '@mood/domain';
import type { Hook, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AuthEnv } from '../auth/guards.ts';

/** Fields whose violation has a code of its own (contract: "Error Handling"). */
const codeOfField: Readonly<Record<string, ErrorCode>> = {
  moodState: 'INVALID_MOOD_STATE',
  customMessage: 'INVALID_CUSTOM_MESSAGE',
  responseDelay: 'INVALID_RESPONSE_DELAY',
  expiresAt: 'INVALID_EXPIRES_AT',
  content: 'INVALID_TEMPLATE',
  templates: 'INVALID_TEMPLATE',
};

/** The query parameters that hold a mood. */
const moodStateParameters = new Set(['moodState', 'state']);

type Target = Parameters<Hook<unknown, AuthEnv, string, unknown>>[0]['target'];

/** Issues of zod. @param total how many there are, of which these are the first. */
export function refusal(target: Target, { issues }: Pick<z.ZodError, 'issues'>, total = issues.length): DomainError {
  const [first] = issues;
  const field = String(first?.path[0] ?? '');
  if (target === 'query' && moodStateParameters.has(field)) return new DomainError('INVALID_MOOD_STATE', describeIssues(issues));
  const code = target === 'json' && Object.hasOwn(codeOfField, field) ? codeOfField[field] : undefined;
  return new DomainError(code ?? 'INVALID_REQUEST', describeIssues(issues, total));
}

/** Turns schema violations into a DomainError: the first one decides the code, the first ten are listed. */
// oxlint-disable-next-line typescript/no-explicit-any -- the hook serves routes of every input type
export const refuseInvalid: Hook<any, AuthEnv, any, any> = (result) => {
  if (!result.success) throw refusal(result.target, result.error);
};

/** Validates the path parameters. @throws DomainError, as `refuseInvalid`. */
export function checkedParams<S extends z.ZodType>(c: Context, schema: S): z.output<S> {
  const result = schema.safeParse(c.req.param());
  if (!result.success) throw refusal('param', result.error);
  return result.data;
}
