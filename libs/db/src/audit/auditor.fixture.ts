import { accessToSealed } from '@mood/domain';
import type { SealedAccess } from '@mood/domain';

/** Somebody who may open everything. What the recording does is tested elsewhere. */
export function auditorUnderTest(): Promise<SealedAccess> {
  const reader = { role: 'admin', subject: 'auditor', scopes: new Set(['audit:read']) } as const;
  return accessToSealed({ auditLog: { recordAccess: async () => {} } }, reader, { kind: 'read', filter: {} });
}
