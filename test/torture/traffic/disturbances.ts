import { faultKinds } from '../../../infra/local/simulators/faults.ts';
import type { ProviderName } from '../../../shared/providers/payment.ts';
import { runFunction } from '../call.ts';
import type { Chance } from '../chance.ts';
import type { FunctionName } from '../instances.ts';
import { steer } from '../providers.ts';
import { lanes } from '../table-stream.ts';
import type { Operation } from './operation.ts';
import type { Ways } from './ways.ts';

export async function sweep({ world, number }: Operation, name: FunctionName): Promise<void> {
  if (world.sabotage.off?.includes(name)) return;
  await runFunction(world, { function: name, place: [number], about: [], event: {}, what: name });
}

/** An operator moves dead letters back to their queues. */
export async function redrive({ world }: Operation): Promise<void> {
  for (const queue of Object.values(world.queues)) queue.redrive();
}

/** Stream records that nobody read for a day, and messages that nobody took for days, are gone. The sweeps make up for it. */
export async function lose({ world, chance }: Operation): Promise<void> {
  switch (chance.weighted({ records: 1, credits: 1, payouts: 1, runs: 1 })) {
    case 'records':
      world.stream.lose(chance.below(lanes), chance.between(1, 10));
      return;
    case 'credits':
      world.queues.credits.lose(chance);
      return;
    case 'payouts':
      world.queues.payouts.lose(chance);
      return;
    case 'runs':
      world.queues.runs.lose(chance);
      return;
  }
}

/** A provider's API fails for a few calls, or its webhooks come late, several times, in another order, or not for a while. */
export async function disturbProviders({ world, chance }: Operation): Promise<void> {
  const { urls } = world.providers;
  const provider = chance.pick(providersOf(world.ways));
  if (chance.happens(0.4)) await steer(urls[provider], 'faults', faultOf(chance, provider));
  else await steer(urls[provider], 'webhooks', courierOf(chance));
}

/** Those who take part; PayPal pays creators in any case. */
function providersOf({ stripe, session, apple, google }: Ways): [ProviderName, ...ProviderName[]] {
  const others = { stripe: stripe + session, apple, google };
  const names = Object.keys(others) as (keyof typeof others)[];
  return ['paypal', ...names.filter((name) => others[name] > 0)];
}

/** Calls that are left unanswered take real time, so they are few. */
function faultOf(chance: Chance, provider: ProviderName): object {
  const quick = faultKinds.filter((kind) => !kind.startsWith('timeout'));
  const isSlow = chance.happens(0.25);
  const next = isSlow ? chance.pick(['timeout', 'timeout_after_effect']) : quick[chance.below(quick.length)];
  // The simulators put faults in front of their API only; PayPal's tokens are given all the same.
  const isOfSending = provider === 'paypal' && chance.happens(0.6);
  return {
    next,
    count: isSlow ? 1 : chance.between(1, 3),
    ...(isOfSending && { method: 'POST' }),
    // Google's tokens and certificates are kept for hours: faults there would strike nobody, or everybody.
    ...(provider === 'google' && { path: '/androidpublisher' }),
  };
}

function courierOf(chance: Chance): object {
  const changes = {
    copies: chance.pick([1, 1, 2, 3]),
    order: chance.pick(['sent', 'sent', 'shuffled', 'reversed']),
    seed: chance.below(1_000),
    hold: chance.happens(0.2),
    failNext: chance.below(4),
    loseAnswerNext: chance.below(4),
  };
  return changes;
}
