export const roles = ['user', 'model', 'admin', 'service'] as const;
export type Role = (typeof roles)[number];

/** What a service token may do. One scope per capability. */
export const serviceScopes = ['auto-replies:write', 'mood:render'] as const;
export type ServiceScope = (typeof serviceScopes)[number];

/** Who is asking, as the auth service vouches for it. */
export interface Principal {
  role: Role;
  /** The token's `sub`: a performer id for a model, a user id for users and admins. */
  subject: string;
  scopes: ReadonlySet<string>;
}
