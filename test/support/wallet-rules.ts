import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import type { CatalogKind, CatalogValue } from '../../shared/catalog/schemas.ts';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { findCredited, pruneWallets } from '../../shared/earnings/prune-outbox.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { type Sent, sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { minor } from '../../shared/money/units.ts';
import { appleProvider } from '../../shared/recharges/apple-provider.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { settlePayment } from '../../shared/recharges/settle-payment.ts';
import { receiveClaims } from '../../shared/recharges/take-back.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { parseRecharge, type Recharge } from '../../shared/store/items/recharge.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { expireLots } from '../../shared/users/expire-lots.ts';
import type { LedgerOptions } from './ledger.ts';
import { newWorld, type World, walletOf } from './people.ts';

const packageId = 'us-app-1000';

type Changes = { [Kind in CatalogKind]?: CatalogValue<Kind> };

/** A world in which 1,000 coins come with a bonus of 100, nobody makes too many orders, and more is as a test wants it. */
export async function newRuledWorld(
  now: Date,
  changes: Changes = {},
  bonusWorthBasisPoints = 10_000,
  options: LedgerOptions = {},
): Promise<World> {
  const world = await newWorld(now, options);
  const { US, ...others } = catalogDefaults.packages.regions;
  const app = US?.app;
  if (!app) throw new Error('The catalogue sells nothing in the US.');
  const packages = app.packages.map((one) =>
    one.packageId === packageId ? { ...one, bonusCoins: 100, bonusWorthBasisPoints } : one,
  );
  const free = { dailyMinor: 10_000_000, weeklyMinor: 10_000_000, ordersPerHour: 1_000, ordersPerDay: 1_000 };
  const values: Changes = {
    packages: { ...catalogDefaults.packages, regions: { ...others, US: { ...US, app: { ...app, packages } } } },
    limits: { ...catalogDefaults.limits, default: free },
    ...changes,
  };
  for (const [kind, value] of Object.entries(values) as [CatalogKind, never][])
    await putVersion(world.catalogTable, kind, { version: '2', effectiveAt: '2000-01-02T00:00:00.000Z', value });
  // A catalogue that has not read the versions before these.
  return { ...world, catalog: openCatalog(world.catalogTable) };
}

/** Orders 1,000 coins at the App Store, where nothing has to be opened. */
export async function orderCoins(
  { ledger, catalog }: World,
  { userId, rechargeId, now }: { userId: string; rechargeId: string; now: Date },
): Promise<Recharge | Refusal> {
  const providers = { apple: async () => appleProvider() };
  const command = { rechargeId, userId, packageId, channel: 'app', provider: 'apple' } as const;
  const ordered = await createRecharge({ ledger, catalog, providers }, command, now);
  return isRefusal(ordered) ? ordered : ordered.order;
}

export async function payOrder({ ledger, catalog }: World, order: Recharge, now: Date): Promise<void> {
  const { rechargeId, userId, priceMinor, currency, productId = '' } = order;
  const price = { amountMinor: minor(priceMinor), amountReceivedMinor: minor(priceMinor), currency };
  const payment = {
    ...({ provider: 'apple', paymentId: `tx-${rechargeId}`, status: 'succeeded' } as const),
    ...{ ...price, productId, quantity: 1, rechargeId, userId },
  };
  const settled = await settlePayment({ ledger, catalog }, { rechargeId, payment, notice: noticeOf(rechargeId, now) });
  if (settled !== 'credited') throw new Error(`The payment is ${settled}.`);
}

function noticeOf(rechargeId: string, now: Date) {
  const eventId = newId(new Date());
  return { provider: 'apple', eventId, type: 'test', digest: eventId, subject: rechargeId, report: '{}', now } as const;
}

/** A user's 1,000 coins with their bonus, bought and paid. */
export async function buyCoins(world: World, { userId, now }: { userId: string; now: Date }): Promise<string> {
  const rechargeId = newId(now);
  const order = await orderCoins(world, { userId, rechargeId, now });
  if (isRefusal(order)) throw new Error(order.detail);
  await payOrder(world, order, now);
  return rechargeId;
}

/** The store tells that the whole payment went back, or that it did not after all. */
export async function refundCoins(
  { ledger }: World,
  { rechargeId, state = 'succeeded', now }: { rechargeId: string; state?: 'succeeded' | 'failed'; now: Date },
): Promise<void> {
  const item = await readItem(ledger, rechargeKey(rechargeId));
  const { priceMinor } = parseRecharge(item ?? {});
  const claim = {
    kind: 'refund',
    state,
    claimId: 'refund-1',
    amountMinor: minor(priceMinor),
    at: now.toISOString(),
  } as const;
  const about = { provider: 'apple', paymentId: `tx-${rechargeId}`, rechargeId } as const;
  await receiveClaims(ledger, { about, claims: [{ claim }], notice: noticeOf(rechargeId, now) });
}

export async function orderOf({ ledger }: World, rechargeId: string): Promise<Recharge> {
  return parseRecharge((await readItem(ledger, rechargeKey(rechargeId))) ?? {});
}

/** A tip to the creator `cy`, of as many coins. */
export function tip(
  world: World,
  { userId, coins, now, giftId = newId(now) }: { userId: string; coins: number; now: Date; giftId?: string },
): Promise<Sent | Refusal> {
  const context = { type: 'live', id: 'live-1' } as const;
  const command = { giftId, senderId: userId, creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: coins, context };
  return sendGift(world, command, now);
}

export function codeOf(result: object): string {
  return isRefusal(result) ? result.code : 'done';
}

/** Credits everything in the sender's outbox and takes it out, as relay, queue and pruning do. */
export async function creditAndPrune(world: World, userId: string, now: Date): Promise<void> {
  const wallet = await walletOf(world, userId);
  for (const message of packGifts(giftsOf(wallet)))
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message, now);
  await pruneWallets(world.ledger, [wallet], await findCredited(world.ledger, [wallet]));
}

export function expire({ ledger }: World, now: Date) {
  return expireLots(ledger, { now, remainingMilliseconds: () => 60_000 });
}
