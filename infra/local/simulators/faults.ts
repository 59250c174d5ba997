import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';

/**
 * What can go wrong with a call of the API:
 * - `timeout`: nothing happens and nothing is answered;
 * - `timeout_after_effect`: it happens, and nothing is answered;
 * - `error_500`: nothing happens, and the answer is a 500;
 * - `error_after_effect`: it happens, and the answer is a 500;
 * - `unreadable_after_effect`: it happens, and a gateway's HTML page comes back with status 200;
 * - `rate_limited`: nothing happens, and the answer is the provider's 429;
 * - `busy`: nothing happens, and the answer is the provider's 409 for a request whose twin is still running.
 */
export const faultKinds = [
  'timeout',
  'timeout_after_effect',
  'error_500',
  'error_after_effect',
  'unreadable_after_effect',
  'rate_limited',
  'busy',
] as const;
type FaultKind = (typeof faultKinds)[number];

/** `count` calls fail; with `method` or `path`, only calls with that method or whose path starts like this are counted. */
type ArmedFault = { next: FaultKind; count: number; method?: string | undefined; path?: string | undefined };

export type ProviderErrors = Record<'serverError' | 'rateLimited' | 'busy', () => SimulatorReply>;

export type Faults = { arm(fault: ArmedFault): void; armed(): ArmedFault[]; disarm(): void };

/** Puts faults in front of routes; they strike in the order in which they were armed. */
export function withFaults(
  routes: SimulatorRoute[],
  errors: ProviderErrors,
): { routes: SimulatorRoute[]; faults: Faults } {
  let armed: ArmedFault[] = [];

  function strike({ method, path }: SimulatorRequest): FaultKind | undefined {
    const fault = armed.find((one) => (one.method ?? method) === method && path.startsWith(one.path ?? '/'));
    if (!fault) return undefined;
    fault.count -= 1;
    armed = armed.filter(({ count }) => count > 0);
    return fault.next;
  }

  async function handle(route: SimulatorRoute, request: SimulatorRequest): Promise<SimulatorReply> {
    const fault = strike(request);
    if (fault === 'timeout') return { unanswered: true };
    if (fault === 'error_500') return errors.serverError();
    if (fault === 'rate_limited') return errors.rateLimited();
    if (fault === 'busy') return errors.busy();
    const reply = await route.handle(request);
    if (fault === 'timeout_after_effect') return { unanswered: true };
    if (fault === 'error_after_effect') return errors.serverError();
    if (fault === 'unreadable_after_effect') return { status: 200, body: '<html>Bad gateway</html>' };
    return reply;
  }

  return {
    routes: routes.map((route) => ({ ...route, handle: (request) => handle(route, request) })),
    faults: {
      arm: (fault) => void armed.push({ ...fault }),
      armed: () => armed,
      disarm: () => {
        armed = [];
      },
    },
  };
}
