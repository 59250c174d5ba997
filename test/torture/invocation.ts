import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Chance, chanceAt } from './chance.ts';

/** What the calls of one invocation have to expect. */
export type Weather = {
  /** How likely each call to AWS fails. */
  faults: number;
  /** How likely each call is slow. */
  delays: number;
  longestDelayMilliseconds: number;
  /** The function dies at the call with this number, before or after the call has its effect. */
  dies?: { atCall: number; afterEffect: boolean };
};

export const calm: Weather = { faults: 0, delays: 0, longestDelayMilliseconds: 0 };

/** One run of a function, from its event to its answer. */
export type Invocation = {
  functionName: string;
  /** What it was called with. */
  event?: unknown;
  /** Where its choices come from: the run's seed and the operation. */
  place: (number | string)[];
  weather: Weather;
  /** What its clock shows; it stands still while it runs. */
  nowMilliseconds: number;
};

export type Running = Invocation & {
  calls: number;
  isDead: boolean;
  die(): void;
} & Report;

/** What there is to tell of an invocation besides its answer. */
type Report = {
  /** What went wrong on purpose. */
  mishaps: string[];
  /** The errors that the product logged. */
  errors: unknown[];
};

export type Ended<Value> = ({ kind: 'answered'; value: Value } | { kind: 'threw'; error: unknown } | { kind: 'died' }) &
  Report;

const running = new AsyncLocalStorage<Running>();

/** The invocation that the calling code belongs to; none for the run's own doings. */
export function currentInvocation(): Running | undefined {
  return running.getStore();
}

/** Does something that is not part of the invocation it is done in, and so meets no weather. */
export function outside<Value>(run: () => Promise<Value>): Promise<Value> {
  return running.exit(run);
}

/** Runs a function. One that dies stops where it is: no later line of it runs, and its answer is nobody's. */
export async function invoke<Value>(invocation: Invocation, run: () => Promise<Value>): Promise<Ended<Value>> {
  const report: Report = { mishaps: [], errors: [] };
  const { promise: death, resolve: die } = Promise.withResolvers<Ended<Value>>();
  const started: Running = {
    ...invocation,
    ...report,
    calls: 0,
    isDead: false,
    die() {
      started.isDead = true;
      die({ kind: 'died', ...report });
    },
  };
  const life = running.run(started, async (): Promise<Ended<Value>> => {
    try {
      return { kind: 'answered', value: await run(), ...report };
    } catch (error) {
      return { kind: 'threw', error, ...report };
    }
  });
  const ended = await Promise.race([life, death]);
  if (ended.kind === 'died' || !started.weather.dies) return ended;
  // It had fewer calls than it was to survive: it dies with the answer in its hands.
  started.isDead = true;
  report.mishaps.push('died before its answer');
  return { kind: 'died', ...report };
}

/** One call to the outside; its number and the choices that belong to it. */
export type Call = { number: number; chance: Chance; invocation: Running };

/**
 * Takes one call of a function to the outside, as the weather allows: late, or not at all because the function has died.
 * `perform` is not called by the dead, and what it brings back after death is never seen.
 */
export async function callOut<Value>(
  name: string,
  perform: (call: Call | undefined) => Promise<Value>,
): Promise<Value> {
  const invocation = running.getStore();
  if (!invocation) return perform(undefined);
  if (invocation.isDead) return never();
  const { weather, place } = invocation;
  const number = invocation.calls++;
  const chance = chanceAt(...place, 'call', number);
  const dies = weather.dies?.atCall === number ? weather.dies : undefined;
  if (weather.delays > 0 && chance.happens(weather.delays))
    await delay(chance.between(1, weather.longestDelayMilliseconds));
  if (dies?.afterEffect === false) return diesAt(invocation, `died before ${name} #${number}`);
  try {
    return await perform({ number, chance, invocation });
  } finally {
    if (dies && !invocation.isDead) await diesAt(invocation, `died after ${name} #${number}`);
    if (invocation.isDead) await never();
  }
}

function diesAt(invocation: Running, mishap: string): Promise<never> {
  invocation.mishaps.push(mishap);
  invocation.die();
  return never();
}

function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}
