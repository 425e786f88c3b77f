import { DomainError } from '@mood/domain';
import type { ErrorCode } from '@mood/domain';
import type { Hook } from '@hono/zod-openapi';
import type { AuthEnv } from '../auth/guards.ts';

/** Fields whose violation has a code of its own (contract: "Error Handling"). */
const codeOfField: Readonly<Record<string, ErrorCode>> = {
  moodState: 'INVALID_MOOD_STATE',
  customMessage: 'INVALID_CUSTOM_MESSAGE',
  responseDelay: 'INVALID_RESPONSE_DELAY',
  expiresAt: 'INVALID_EXPIRES_AT',
};

/** Refuses what a schema refuses: the first problem decides the code, all are named. */
// oxlint-disable-next-line typescript/no-explicit-any -- the hook serves routes of every input type
export const refuseInvalid: Hook<any, AuthEnv, any, any> = (result) => {
  if (result.success) return;
  const [first] = result.error.issues;
  const field = String(first?.path[0] ?? '');
  const messages = result.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  const code = result.target === 'json' && Object.hasOwn(codeOfField, field) ? codeOfField[field] : undefined;
  throw new DomainError(code ?? 'INVALID_REQUEST', `${messages.join('; ')}.`);
};
