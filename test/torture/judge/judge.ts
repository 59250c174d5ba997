import type { ConnectBooksReport } from '../../../infra/local/simulators/stripe-connect-books.ts';
import { auditLedger } from '../../../shared/ledger/audit/audit-ledger.ts';
import { readBooks } from '../books/books.ts';
import { look } from '../providers.ts';
import type { World } from '../world.ts';
import { judgeBoards } from './judge-boards.ts';
import { judgeCampaigns } from './judge-campaigns.ts';
import { judgeCash } from './judge-cash.ts';
import { judgeClaims } from './judge-claims.ts';
import { judgeEvents } from './judge-events.ts';
import { judgeFirstInFirstOut } from './judge-first-in-first-out.ts';
import { judgeGifts } from './judge-gifts.ts';
import { judgeLimits } from './judge-limits.ts';
import { judgeLots } from './judge-lots.ts';
import { judgePayouts, type PayPalBooks } from './judge-payouts.ts';
import { judgePurchases } from './judge-purchases.ts';
import { judgeRecharges } from './judge-recharges.ts';
import { judgeReversals } from './judge-reversals.ts';
import { judgeShop } from './judge-shop.ts';
import { judgeWallets } from './judge-wallets.ts';
import { judgeWithdrawals } from './judge-withdrawals.ts';
import type { Snapshot } from './snapshot.ts';

/** The verdict over a round in which everything has come to rest: the audit, the clients' view, and the providers' books. */
export async function judge(world: World, snapshot: Snapshot): Promise<{ items: number }> {
  const { history, ledger, providers } = world;
  const books = await readBooks(world);
  const payouts = await look<PayPalBooks>(providers.urls.paypal, 'books');
  const banks = await look<ConnectBooksReport>(providers.urls.stripe, 'connect/books');
  const { differences, unsettled, unconfirmed, sums, balances, items } = await auditLedger(ledger);
  for (const { subject, measure, delta } of differences)
    history.violate(`${subject.kind} ${subject.id}`, `audit: ${measure} differs by ${delta}`);
  for (const name of unsettled) history.violate(name, 'audit: keeps changing');
  if (unconfirmed > 0) history.violate('the audit', `left ${unconfirmed} differences unexplained`);
  for (const [asset, sum] of Object.entries(sums)) if (sum !== 0) history.violate(asset, `audit: sums to ${sum}`);
  await judgeEvents(world);
  await judgeBoards(world, snapshot);
  judgeWallets(world, snapshot);
  judgeGifts(world, snapshot);
  judgeRecharges(world, snapshot, books);
  judgeCampaigns(world, snapshot);
  judgeClaims(world, snapshot, books);
  judgePurchases(world, snapshot);
  judgeWithdrawals(world, snapshot, books);
  judgeFirstInFirstOut(world, snapshot);
  judgeLimits(world, snapshot);
  judgeLots(world, snapshot);
  judgeShop(world, snapshot);
  judgeReversals(world, snapshot);
  judgePayouts(world, { snapshot, books: payouts, banks });
  judgeCash(world, { snapshot, books, payouts, banks, balances });
  return { items };
}
