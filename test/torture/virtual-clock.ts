import { currentInvocation } from './invocation.ts';

export type VirtualClock = {
  now(): number;
  /** Moves the clock, never back. */
  moveTo(milliseconds: number): void;
  /** Gives the process its real clock back. */
  uninstall(): void;
};

const RealDate = Date;

/**
 * Gives the whole process a clock that stands still until it is moved: product code, simulators and signatures live in
 * the same time. Each invocation sees the time at which it began. Timers go on in real time.
 */
export function installVirtualClock(startMilliseconds: number): VirtualClock {
  let current = startMilliseconds;
  const now = () => currentInvocation()?.nowMilliseconds ?? current;
  class VirtualDate extends RealDate {
    constructor(...moment: [] | ConstructorParameters<typeof Date>) {
      if (moment.length === 0) super(now());
      else super(...moment);
    }
    static override now(): number {
      return now();
    }
    /** Dates that Node makes itself, such as those of certificates, are dates too. */
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof RealDate;
    }
  }
  globalThis.Date = VirtualDate as unknown as DateConstructor;
  return {
    now: () => current,
    moveTo(milliseconds) {
      current = Math.max(current, milliseconds);
    },
    uninstall() {
      globalThis.Date = RealDate;
    },
  };
}
