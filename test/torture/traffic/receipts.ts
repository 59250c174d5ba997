import { callApi } from '../call.ts';
import type { Chance } from '../chance.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import { earlierOperation, type Operation } from './operation.ts';
import { type Opened, rechargeOf } from './recharges.ts';

/** What an app store gave to a buyer's device: `id` is Apple's of the transaction, or Google's token of the purchase. */
export type Receipt = {
  provider: 'apple' | 'google';
  id: string;
  rechargeId: string;
  signedTransaction?: string;
  /** The app was told what became of it, and hands it in no more by itself. */
  isAnswered?: boolean;
};

/** An app hands in what it was given; sometimes for another recharge, as somebody does who has got hold of a receipt. */
export async function handIn(operation: Operation): Promise<void> {
  const { world, chance, number } = operation;
  const earlier = earlierOperation(operation, 'recharge');
  const named = earlier && rechargeOf(earlier).rechargeId;
  const receipt = receiptToHandIn(world, chance, named);
  if (!receipt) return;
  const other = chance.happens(0.2) ? anotherOrder(world, chance, receipt) : undefined;
  await handInFor(world, receipt, { rechargeId: other ?? receipt.rechargeId, place: [number] });
}

/** A late order of the same product, for which a stolen receipt would do; else any. */
function anotherOrder({ checkouts }: World, chance: Chance, { rechargeId }: Receipt): string | undefined {
  const product = productOf(checkouts.get(rechargeId));
  const others = [...checkouts].slice(-40).filter(([id]) => id !== rechargeId);
  const alike = others.filter(([, opened]) => productOf(opened) === product).slice(-3);
  const fitting = alike.length > 0 ? alike : others;
  return fitting[chance.below(fitting.length)]?.[0];
}

function productOf(opened: Opened | undefined): string | undefined {
  return opened && 'productId' in opened.checkout ? opened.checkout.productId : undefined;
}

/** Mostly the one that was bought for a recharge; else any of the latest. */
function receiptToHandIn({ receipts }: World, chance: Chance, rechargeId: string | undefined): Receipt | undefined {
  const own = receipts.find((receipt) => receipt.rechargeId === rechargeId);
  if (own && chance.happens(0.6)) return own;
  const latest = receipts.slice(-12);
  return latest[chance.below(latest.length)];
}

export async function handInFor(
  world: World,
  receipt: Receipt,
  { rechargeId, place }: { rechargeId: string; place: (number | string)[] },
): Promise<void> {
  const { provider, id, signedTransaction } = receipt;
  const isApple = provider === 'apple';
  const answer = await callApi(world, {
    function: isApple ? 'receive-apple-transaction' : 'receive-google-purchase',
    place,
    about: [subjects.recharge(rechargeId), subjects.recharge(receipt.rechargeId)],
    parameters: { rechargeId },
    body: isApple ? { signedTransaction } : { purchaseToken: id },
  });
  if (rechargeId === receipt.rechargeId && answer.kind !== 'unknown') receipt.isAnswered = true;
  const isTaken = answer.kind === 'done' && answer.body.state === 'paid';
  if (isTaken && rechargeId !== receipt.rechargeId)
    world.history.violate(subjects.recharge(rechargeId), `is paid by a receipt for ${receipt.rechargeId}`);
}
