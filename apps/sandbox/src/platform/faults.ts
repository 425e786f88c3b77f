export const services = ['auth', 'users', 'performers', 'messages', 'analytics'] as const;
export type ServiceName = (typeof services)[number];

export const faultModes = ['ok', 'error', 'rate-limited', 'timeout', 'drop-after-effect'] as const;
export type FaultMode = (typeof faultModes)[number];

interface Fault {
  service: ServiceName;
  mode: FaultMode;
  /** Share of the calls that it hits, 0 to 1. */
  rate: number;
}

export interface Faults {
  set(fault: Fault): void;
  list(): Fault[];
  /** What happens to the next call of this service. */
  draw(service: ServiceName): FaultMode;
  clear(): void;
}

/** @param random a number in [0, 1) that decides which calls a partial fault hits. */
export function createFaults(random: () => number): Faults {
  const active = new Map<ServiceName, Fault>();

  return {
    set: (fault) => void active.set(fault.service, fault),
    list: () => services.map((service) => active.get(service) ?? { service, mode: 'ok', rate: 1 }),
    draw(service) {
      const fault = active.get(service);
      return fault !== undefined && random() < fault.rate ? fault.mode : 'ok';
    },
    clear: () => active.clear(),
  };
}
