export const roles = ['user', 'model', 'admin', 'service'] as const;
export type Role = (typeof roles)[number];

/** What a token's scope allows besides its role: one scope per capability. The first two are for services, the others for administrators. */
export const scopes = [
  'auto-replies:write',
  'mood:render',
  'mood:override',
  'templates:write',
  'queues:write',
  'audit:read',
  'analytics:read',
  'flags:write',
  'experiments:write',
  'alerts:write',
] as const;
export type Scope = (typeof scopes)[number];

/** The authenticated caller, as the auth service vouches for it. */
export interface Principal {
  role: Role;
  /** The token's `sub`: a performer id for a model, a user id for users and admins. */
  subject: string;
  scopes: ReadonlySet<string>;
}
