import { callApi } from '../call.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import { keyAt } from './keys.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { pickFan } from './people.ts';
import { firstRechargeOf, rechargeOf } from './recharges.ts';

type NewWithdrawal = { withdrawalId: string; rechargeId: string };

/** A buyer withdraws from what is unused of a recharge; sometimes two devices of a buyer do so at once. */
export async function withdraw(operation: Operation): Promise<void> {
  const withdrawal = withdrawalOf(operation);
  const { world, chance, now, number } = operation;
  const rival = { ...withdrawal, withdrawalId: keyAt(now, chance) };
  const asked = chance.happens(0.2) ? [withdrawal, rival] : [withdrawal];
  await Promise.all(asked.map((one, copy) => ask(world, one, [number, copy])));
}

/** The same again, or with the key of a withdrawal from another recharge. */
export async function withdrawAgain(operation: Operation): Promise<void> {
  const earlier = earlierOperation(operation, 'withdraw');
  const withdrawal = earlier && withdrawalOf(earlier);
  if (!withdrawal) return;
  const other = operation.chance.happens(0.1) ? earlierOperation(operation, 'recharge') : undefined;
  const rechargeId = other ? rechargeOf(other).rechargeId : withdrawal.rechargeId;
  await ask(operation.world, { ...withdrawal, rechargeId }, [operation.number]);
}

function withdrawalOf(operation: Operation): NewWithdrawal {
  const { world, chance, now } = operation;
  const withdrawalId = keyAt(now - chance.below(1_000), chance);
  const first = firstRechargeOf(world, pickFan(world.scale, chance));
  const bought = chance.happens(0.6) ? earlierOperation(operation, 'recharge') : undefined;
  return { withdrawalId, rechargeId: (bought ? rechargeOf(bought) : first).rechargeId };
}

async function ask(
  world: World,
  { withdrawalId, rechargeId }: NewWithdrawal,
  place: (number | string)[],
): Promise<void> {
  const subject = subjects.withdrawal(withdrawalId);
  const view = world.views.withdrawals;
  const attempt = view.begin(subject, { rechargeId });
  const answer = await callApi(world, {
    function: 'withdraw-recharge',
    place,
    about: [subject, subjects.recharge(rechargeId)],
    parameters: { rechargeId },
    key: withdrawalId,
  });
  if (answer.kind === 'unknown') view.unknown(attempt);
  else if (answer.kind === 'refused') view.refused(attempt, answer.code);
  else view.succeeded(attempt, contentOf(answer.body), answer.isReplay);
}

/** What goes back, which never changes. */
export function contentOf({ coins, bonusCoins, refund }: Record<string, unknown>) {
  return { coins, bonusCoins, refund };
}
