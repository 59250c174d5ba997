import { closeAccount } from '../../shared/accounts/close-account.ts';
import { readTaken } from '../../shared/campaigns/campaign-use.ts';
import { takePart } from '../../shared/campaigns/campaign-writes.ts';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { countMessages } from '../../shared/leaderboards/count-scores.ts';
import { sourcesOf } from '../../shared/leaderboards/score-message.ts';
import { minor } from '../../shared/money/units.ts';
import { receiveClaims } from '../../shared/recharges/take-back.ts';
import { orderLineKey } from '../../shared/store/account-keys.ts';
import type { ClosureRequest } from '../../shared/store/items/account.ts';
import { parseCreatorEntry } from '../../shared/store/items/creator.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import { parseWalletEntry, type RechargeEntry } from '../../shared/store/items/wallet-entry.ts';
import {
  creatorEntryKey,
  paymentKey,
  purchaseKey,
  rechargeKey,
  walletEntryKey,
  walletKey,
} from '../../shared/store/keys.ts';
import { queryAll, readItem } from '../../shared/store/read.ts';
import type { Table } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/write.ts';
import { expectDone, later, now } from '../shop/shop-world.ts';
import { type World, walletOf } from '../support/people.ts';

let minutes = 0;

/** Each thing that happens does so a minute later than the one before. */
export function next(): Date {
  minutes += 1;
  return later(minutes);
}

type Bought = { userId: string; coins: number; region?: string; state?: 'pending' | 'paid' };

/** A recharge with its lines, its entry and its payment, as making and settling one leave them; its price is a cent a coin. */
export async function buyCoins(
  world: World,
  { userId, coins, region = 'US', state = 'paid' }: Bought,
): Promise<Recharge> {
  const at = next();
  const rechargeId = newId(at);
  const paidAt = at.toISOString();
  const isPaid = state === 'paid';
  const order: Recharge = {
    ...{ rechargeId, userId, packageId: 'test', channel: 'web', provider: 'stripe', region, coins, bonusCoins: 0 },
    ...{ priceMinor: coins, currency: 'USD', catalogVersion: '1', state, paymentId: `pi_${rechargeId}` },
    ...{ createdAt: paidAt, expiresAt: later(minutes + 15).toISOString(), version: 1 },
    ...{
      storefront: 'QX',
      checkout: { type: 'session', successUrl: 'https://x.test/zelda', cancelUrl: 'https://x.test/' },
    },
    ...(isPaid && { paidAt, inPaid: coins }),
  };
  const entry: RechargeEntry = {
    ...{ entryId: rechargeId, userId, at: paidAt, flow: 'recharge', currency: 'USD', provider: 'stripe' },
    amounts: { paidCoins: coins, repaidCoins: 0, bonusCoins: 0, stripeMinor: coins },
  };
  const put = (Item: Record<string, unknown>) => ({ put: { Item }, failure: () => 'failed' });
  const credit = {
    update: {
      Key: walletKey(userId),
      UpdateExpression: 'SET paid = paid + :coins, version = version + :one',
      ExpressionAttributeValues: { ':coins': coins, ':one': 1 },
    },
    failure: () => 'failed',
  };
  const written = await transact(world.ledger, [
    put({ ...rechargeKey(rechargeId), ...order }),
    put({ ...orderLineKey(order), rechargeId }),
    put({ ...paymentKey({ provider: 'stripe', paymentId: `pi_${rechargeId}` }), rechargeId }),
    ...(isPaid
      ? [
          put({ ...walletEntryKey({ userId, flow: 'recharge', entryId: rechargeId }), ...entry }),
          put({ ...purchaseKey({ userId, paidAt, rechargeId }), rechargeId, userId }),
          credit,
        ]
      : []),
  ]);
  if (!written.committed) throw new Error('The coins could not be bought.');
  return order;
}

/** The provider says that the money of an order has gone back, or may. */
export async function claim(world: World, order: Recharge, dispute?: 'open' | 'won'): Promise<void> {
  const at = next();
  const about = { provider: 'stripe' as const, rechargeId: order.rechargeId, paymentId: order.paymentId ?? '' };
  const common = { claimId: `claim_${order.rechargeId}`, amountMinor: minor(order.priceMinor), at: at.toISOString() };
  const claims = [
    {
      claim: dispute
        ? { ...common, kind: 'dispute' as const, state: dispute }
        : { ...common, kind: 'refund' as const, state: 'succeeded' as const },
    },
  ];
  const notice = { provider: 'stripe' as const, eventId: newId(at), type: 'test', report: '{}', digest: '' };
  await receiveClaims(world.ledger, { about, claims, notice: { ...notice, subject: order.rechargeId, now: at } });
}

/** Sends a gift to `cy` and, unless told otherwise, credits it. */
export async function tip(world: World, userId: string, coins: number, credited = true): Promise<void> {
  const at = next();
  const context = { type: 'live', id: 'l' } as const;
  const gift = { giftId: newId(at), senderId: userId, creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: coins };
  expectDone(await sendGift(world, { ...gift, context }, at));
  if (credited) await creditAll(world, userId);
}

export async function creditAll(world: World, userId: string): Promise<void> {
  for (const message of packGifts(giftsOf(await walletOf(world, userId))))
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message, next());
}

/** As if the order had been made with a campaign. */
export async function takeCampaign({ ledger }: World, { rechargeId, userId }: Recharge): Promise<void> {
  const part = { code: 'spring', coins: 20 };
  const [{ use } = { use: undefined }] = [...(await readTaken(ledger, { codes: [part.code], userId })).values()];
  if (!use) throw new Error('There is no use of the campaign.');
  const written = await transact(ledger, [
    {
      update: {
        Key: rechargeKey(rechargeId),
        UpdateExpression: 'SET campaigns = :campaigns',
        ExpressionAttributeValues: { ':campaigns': [{ ...part, kind: 'bonus', version: '1' }] },
      },
      failure: () => 'failed',
    },
    ...takePart({ ...part, userId, id: rechargeId, use, budgetCoins: 1_000, now: next() }, 'failed'),
  ]);
  if (!written.committed) throw new Error('The campaign could not be taken.');
}

/** Counts the gifts that a user's statement has into leaderboards. */
export async function countGifts({ ledger, catalog }: World, boards: Table, userId: string): Promise<void> {
  const query = {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entries)',
    ExpressionAttributeValues: { ':pk': walletKey(userId).pk, ':entries': 'ENTRY#' },
  };
  for await (const item of queryAll(ledger, query)) {
    const gift = parseWalletEntry(item);
    if (gift.flow !== 'gift') continue;
    const credit = await readItem(ledger, creatorEntryKey({ ...gift, entryId: gift.creditId }));
    const messages = sourcesOf(parseCreatorEntry(credit ?? {})).map(({ creatorId, bucket, source }) => ({
      ...{ version: 1 as const, creatorId, bucket, sources: [source] },
    }));
    await countMessages({ ledger, catalog, boards }, messages, next());
  }
}

/** Asks to close an account, with a key of its own unless one is given. */
export async function close(
  world: World,
  userId: string,
  request: Partial<ClosureRequest> = {},
  requestId = newId(now),
) {
  const whole = { forfeit: false, waiveWithdrawal: false, leaveEarnings: false, ...request };
  return closeAccount(world, { ...whole, userId, requestId, caller: 'app', now: next() });
}

/** The same, where it is not refused. */
export async function closing(world: World, userId: string, request: Partial<ClosureRequest> = {}) {
  const { closure, waitsFor, withdrawable } = expectDone(await close(world, userId, request));
  return { state: closure.state, waitsFor: waitsFor.map(({ reason }) => reason), withdrawable };
}
