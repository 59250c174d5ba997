import { logger } from '../../shared/observability.ts';
import { appStoreFunctions } from './functions/app-stores.ts';
import { boardFunctions } from './functions/boards.ts';
import type { Cloud } from './functions/cloud.ts';
import { creatorFunctions } from './functions/creators.ts';
import { eventFunctions } from './functions/events.ts';
import { fanFunctions } from './functions/fans.ts';
import { parkedEventFunctions } from './functions/parked-events.ts';
import { payoutRunFunctions } from './functions/payout-runs.ts';
import { payoutFunctions } from './functions/payouts.ts';
import { rechargeFunctions } from './functions/recharges.ts';
import { ruleFunctions } from './functions/rules.ts';
import { shopFunctions } from './functions/shop.ts';
import { currentInvocation, type Ended, type Invocation, invoke } from './invocation.ts';

const functions = {
  ...fanFunctions,
  ...rechargeFunctions,
  ...appStoreFunctions,
  ...parkedEventFunctions,
  ...creatorFunctions,
  ...payoutFunctions,
  ...payoutRunFunctions,
  ...eventFunctions,
  ...shopFunctions,
  ...ruleFunctions,
  ...boardFunctions,
};

export type FunctionName = keyof typeof functions;

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** No invocation of the run comes near the time-out of its function. */
const context = { getRemainingTimeInMillis: () => 60_000 };

/**
 * The instances of all functions, as Lambda keeps them: each runs one invocation at a time and keeps its caches from one to
 * the next; one that dies is gone with them.
 */
export class Instances {
  readonly #cloud: Cloud;
  readonly #free = new Map<FunctionName, Handler[]>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  async run(name: FunctionName, event: unknown, invocation: Invocation): Promise<Ended<unknown>> {
    const free = this.#free.get(name) ?? [];
    this.#free.set(name, free);
    const handler = free.shift() ?? (functions[name](this.#cloud) as unknown as Handler);
    const ended = await invoke({ ...invocation, event }, () => handler(event, context));
    if (ended.kind !== 'died') free.push(handler);
    return ended;
  }
}

/** Keeps the errors that the product logs with the invocations that they happened in. */
export function listenToErrors(): void {
  logger.error = (_message, ...extra) => {
    for (const fields of extra)
      if (typeof fields === 'object' && 'error' in fields) currentInvocation()?.errors.push(fields.error);
  };
}
