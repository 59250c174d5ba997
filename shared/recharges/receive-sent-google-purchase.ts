import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { getRecharge } from './find-recharge.ts';
import { newsOfLookUp } from './google-news.ts';
import { disagreementOf, disagreementOfPaid } from './judge-payment.ts';
import { type GoogleStores, isPaidBy, paymentOf, settleGooglePurchase } from './receive-google-purchase.ts';

export type SentPurchase = { rechargeId: string; purchaseToken: string; now: Date };

/**
 * Takes the token of the purchase that Google Play gave to the app, so that nobody waits for the notification. Google says
 * what was bought and for which order; that order is credited, once, whoever sends the token and whatever for.
 * Refusals in this order: `recharge_not_found`, `receipt_rejected`. A purchase that is pending leaves the order open.
 */
export async function receiveSentPurchase(
  stores: GoogleStores,
  { rechargeId, purchaseToken, now }: SentPurchase,
): Promise<Recharge | Refusal> {
  const asked = await getRecharge(stores.ledger, rechargeId);
  if (isRefusal(asked)) return asked;
  const purchase = await stores.play.lookUp(purchaseToken);
  if (!purchase) return rejected('purchase_unknown');
  await settleGooglePurchase(stores, purchase, newsOfLookUp(purchase, now));
  if (purchase.accountId !== rechargeId) return rejected('recharge_differs');
  const order = await getRecharge(stores.ledger, rechargeId);
  if (isRefusal(order) || isPaidBy(order, purchase)) return order;
  if (purchase.state === 'canceled') return rejected('canceled');
  const payment = await paymentOf(stores.play, purchase, order);
  if (purchase.state === 'pending') {
    const reason = disagreementOf(order, payment);
    return reason === undefined ? order : rejected(reason);
  }
  if (purchase.isTest && !stores.creditsTests) return rejected('test_purchase');
  return rejected(disagreementOfPaid(order, payment) ?? 'not_credited');
}

function rejected(reason: string): Refusal {
  return refuse(
    'receipt_rejected',
    'The purchase does not pay this recharge: send the token of the one that was bought with its obfuscatedAccountId.',
    { reason },
  );
}
