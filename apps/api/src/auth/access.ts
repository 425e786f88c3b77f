import type { Role, Scope } from './principal.ts';

/** Who may use a route: the guard keeps to it, and the OpenAPI document says it. */
export interface Access {
  /** Roles that may use the route. Absent: every signed-in caller. */
  roles?: readonly Role[];
  /** A scope that the token must have besides the role. */
  scope?: Scope;
  /** The message of the 403 answer: "Only models can …". */
  refusal?: string;
}

export const everyone: Access = {};

/** The same, in the form of the OpenAPI document. */
export interface DocumentedAccess {
  /** `any`: every signed-in caller. `anybody`: callers without a token, too. */
  roles: readonly Role[] | 'any' | 'anybody';
  scope?: Scope;
  /** The message of the 403 answer. */
  refusal?: string;
}

/** Documents who may use a route. OpenAPI's bearer security cannot express roles and scopes: they stand in `x-access`. */
export function openTo({ roles, scope, refusal }: Access): { security: { bearer: [] }[]; 'x-access': DocumentedAccess } {
  return {
    security: [{ bearer: [] }],
    'x-access': { roles: roles ?? 'any', ...(scope !== undefined && { scope }), ...(refusal !== undefined && { refusal }) },
  };
}

/** Documents that a route needs no token. */
export const openToAnybody = { security: [], 'x-access': { roles: 'anybody' } };
