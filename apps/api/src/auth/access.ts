import type { Role, Scope } from './principal.ts';

/** Who may use a route: the guard keeps to it, and the OpenAPI document says it. */
export interface Access {
  /** Everyone who is signed in when absent. */
  roles?: readonly Role[];
  /** What the token needs besides the role. */
  scope?: Scope;
  /** Says who may, in the words of an answer: "Only models can …". */
  refusal?: string;
}

export const everyone: Access = {};

/** As the OpenAPI document says it. */
export interface DocumentedAccess {
  /** `any`: whoever is signed in. `anybody`: also who is not. */
  roles: readonly Role[] | 'any' | 'anybody';
  scope?: Scope;
  /** What others are told. */
  refusal?: string;
}

/** Says in the OpenAPI document who may use a route. `x-access` holds what a bearer token's requirement cannot: roles, and a scope. */
export function openTo({ roles, scope, refusal }: Access): { security: { bearer: [] }[]; 'x-access': DocumentedAccess } {
  return {
    security: [{ bearer: [] }],
    'x-access': { roles: roles ?? 'any', ...(scope !== undefined && { scope }), ...(refusal !== undefined && { refusal }) },
  };
}

/** Says in the OpenAPI document that a route needs no token. */
export const openToAnybody = { security: [], 'x-access': { roles: 'anybody' } };
