import type { Role, ServiceScope } from './principal.ts';

/** Who may use a route: the guard keeps to it, and the OpenAPI document says it. */
export interface Access {
  /** Everyone who is signed in when absent. */
  roles?: readonly Role[];
  /** What a service token needs besides its role. */
  scope?: ServiceScope;
  /** Says who may, in the words of an answer: "Only models can …". */
  refusal?: string;
}

export const everyone: Access = {};

/** The security requirement of a route: the roles that may, and the scope that a service token needs. None: whoever is signed in. */
export function securityOf({ roles = [], scope }: Access): { bearer: string[] }[] {
  return [{ bearer: [...roles, ...(scope === undefined ? [] : [scope])] }];
}
