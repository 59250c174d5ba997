import type { Limits } from '../../../shared/store/items/wallet-rules.ts';
import { callApi } from '../call.ts';
import type { Chance } from '../chance.ts';
import { subjects } from '../history.ts';
import type { Operation } from './operation.ts';
import { pickFan } from './people.ts';

/** What a fan was told that holds from then on, in milliseconds since 1970: limits, or a break until a time. */
export type OwnRule = { userId: string; at: number } & ({ limits: Limits } | { breakUntil: number });

/** A fan sets limits, mostly such as soon matter, or takes them off; the answer is what counts later. */
export async function changeLimits({ world, chance, number }: Operation): Promise<void> {
  const userId = pickFan(world.scale, chance);
  const limits = limitsBy(chance);
  const answer = await callApi(world, {
    function: 'set-limits',
    place: [number],
    about: [subjects.wallet(userId)],
    parameters: { userId },
    body: limits,
  });
  if (answer.kind === 'done') world.rules.push({ userId, at: world.clock.now(), limits });
}

function limitsBy(chance: Chance): Limits {
  if (chance.happens(0.2)) return {};
  return {
    ...(chance.happens(0.4) && { perGift: chance.between(40, 400) }),
    ...(chance.happens(0.7) && { day: chance.between(200, 1_500) }),
    ...(chance.happens(0.3) && { week: chance.between(600, 4_000) }),
    ...(chance.happens(0.3) && { month: chance.between(1_000, 8_000) }),
  };
}

const minute = 60_000;

/** A fan wants a break of some minutes or hours; mostly it ends with the next jump of the clock. */
export async function takeBreak({ world, chance, now, number }: Operation): Promise<void> {
  const userId = pickFan(world.scale, chance);
  const breakUntil = now + chance.between(5, 400) * minute;
  const answer = await callApi(world, {
    function: 'take-break',
    place: [number],
    about: [subjects.wallet(userId)],
    parameters: { userId },
    body: { type: 'cool_off', until: new Date(breakUntil).toISOString() },
  });
  if (answer.kind === 'done') world.rules.push({ userId, at: world.clock.now(), breakUntil });
}
