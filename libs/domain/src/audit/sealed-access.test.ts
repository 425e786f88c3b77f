import { describe, expect, test } from '@jest/globals';
import type { AuditAccess } from './access-record.ts';
import { accessToSealed, mayOpen } from './sealed-access.ts';
import type { SealedReader } from './sealed-access.ts';

const [own, other] = ['0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d', '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2e'];
const filter = { modelId: own };

async function accessOf(reader: SealedReader) {
  const recorded: AuditAccess[] = [];
  const auditLog = { recordAccess: async (access: AuditAccess) => void recorded.push(access) };
  return { access: await accessToSealed({ auditLog }, reader, { kind: 'read', filter }), recorded };
}

describe('sealed fields', () => {
  test.each<[SealedReader['role'], string, string[], boolean, boolean]>([
    // role, subject, scopes; may open the own model's message, and its other fields
    ['model', own, [], true, false],
    ['model', own, ['audit:read'], true, false],
    ['model', other, [], false, false],
    ['model', other, ['audit:read'], false, false],
    ['user', own, [], false, false],
    ['user', own, ['audit:read'], false, false],
    ['service', own, [], false, false],
    ['service', own, ['audit:read'], false, false],
    ['service', own, ['mood:render', 'auto-replies:write'], false, false],
    ['admin', own, [], false, false],
    ['admin', own, ['mood:override', 'templates:write', 'queues:write', 'analytics:read', 'flags:write'], false, false],
    ['admin', own, ['audit'], false, false],
    ['admin', own, ['audit:READ'], false, false],
    ['admin', own, ['audit:read:none'], false, false],
    ['admin', other, ['audit:read'], true, true],
    ['admin', own, ['mood:override', 'audit:read'], true, true],
  ])('are opened to a %s %s with %j: its messages %j, the rest %j', async (role, subject, scopes, messages, rest) => {
    const { access, recorded } = await accessOf({ role, subject, scopes: new Set(scopes) });
    expect(mayOpen(access, { modelId: own, isMessage: true })).toBe(messages);
    expect(mayOpen(access, { modelId: own, isMessage: false })).toBe(rest);
    // Whoever opens what is not theirs is in the record, and nobody else.
    expect(recorded).toEqual(rest ? [{ kind: 'read', filter, adminUserId: subject }] : []);
  });

  test('stay closed when the reading cannot be recorded', async () => {
    const auditLog = { recordAccess: () => Promise.reject(new Error('the disk is full')) };
    const reader = { role: 'admin', subject: own, scopes: new Set(['audit:read']) } as const;
    await expect(accessToSealed({ auditLog }, reader, { kind: 'export', filter })).rejects.toThrow('the disk is full');
  });
});
