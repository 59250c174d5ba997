import { auditLedger } from '../../../shared/ledger/audit/audit-ledger.ts';
import { look } from '../providers.ts';
import { lookAtClaims } from '../traffic/claims.ts';
import type { World } from '../world.ts';
import { judgeClaims } from './judge-claims.ts';
import { judgeGifts } from './judge-gifts.ts';
import { judgePayouts, type PayPalBooks } from './judge-payouts.ts';
import { judgePurchases } from './judge-purchases.ts';
import { judgeRecharges, type PaymentIntent } from './judge-recharges.ts';
import type { Snapshot } from './snapshot.ts';

/** The verdict over a round in which everything has come to rest: the audit, the clients' view, and the providers' books. */
export async function judge(world: World, snapshot: Snapshot): Promise<{ items: number }> {
  const { history, ledger, providers } = world;
  const { paymentIntents } = await look<{ paymentIntents: PaymentIntent[] }>(providers.stripeUrl, 'payment_intents');
  const books = await look<PayPalBooks>(providers.payPalUrl, 'books');
  const { differences, unsettled, unconfirmed, sums, balances, items } = await auditLedger(ledger);
  for (const { subject, measure, delta } of differences)
    history.violate(`${subject.kind} ${subject.id}`, `audit: ${measure} differs by ${delta}`);
  for (const name of unsettled) history.violate(name, 'audit: keeps changing');
  if (unconfirmed > 0) history.violate('the audit', `left ${unconfirmed} differences unexplained`);
  for (const [asset, sum] of Object.entries(sums)) if (sum !== 0) history.violate(asset, `audit: sums to ${sum}`);
  judgeGifts(world, snapshot);
  judgeRecharges(world, snapshot, paymentIntents);
  judgeClaims(world, snapshot, await lookAtClaims(world));
  judgePurchases(world, snapshot);
  judgePayouts(world, { snapshot, books, balances });
  return { items };
}
