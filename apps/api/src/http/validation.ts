import { describeIssues, DomainError } from '@mood/domain';
import type { ErrorCode } from '@mood/domain';
import type { Hook } from '@hono/zod-openapi';
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

/** Refuses what a schema refuses: the first problem decides the code, the first ten are named. */
// oxlint-disable-next-line typescript/no-explicit-any -- the hook serves routes of every input type
export const refuseInvalid: Hook<any, AuthEnv, any, any> = (result) => {
  if (result.success) return;
  const [first] = result.error.issues;
  const field = String(first?.path[0] ?? '');
  const code = result.target === 'json' && Object.hasOwn(codeOfField, field) ? codeOfField[field] : undefined;
  throw new DomainError(code ?? 'INVALID_REQUEST', describeIssues(result.error.issues));
};
