import { hashOfCode } from '../../../shared/shop/code-text.ts';
import type { Entitlement } from '../../../shared/store/items/entitlement.ts';
import type { Reservation } from '../../../shared/store/items/reservation.ts';
import type { PurchaseEntry, RedemptionEntry, WalletEntry } from '../../../shared/store/items/wallet-entry.ts';
import type { Existing } from '../client-view.ts';
import { subjects } from '../history.ts';
import { blockOf, pricesIn } from '../traffic/prices.ts';
import { goods, items, timedDays } from '../traffic/things.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';
import { certainMilliseconds } from './spendings.ts';

/** What was bought, set aside and redeemed against what clients were told, and against what there was to be had. */
export function judgeShop(world: World, snapshot: Snapshot): void {
  const { views } = world;
  const purchases = snapshot.walletEntries.filter((entry) => entry.flow === 'purchase');
  const redemptions = snapshot.walletEntries.filter((entry) => entry.flow === 'redemption');
  const { reservations } = snapshot;
  views.purchases.judge(new Map(purchases.map(existingPurchase)));
  views.promotions.judge(new Map(reservations.flatMap(existingPromotion)));
  views.orders.judge(new Map(reservations.flatMap(existingOrder)));
  views.redemptions.judge(new Map(redemptions.map((entry) => existingRedemption(world, entry))));
  for (const purchase of purchases) judgePrice(world, purchase);
  for (const entitlement of snapshot.entitlements) judgeEntitlement(world, entitlement, { purchases, redemptions });
  for (const reservation of reservations) judgeReservation(world, reservation, snapshot.walletEntries);
  judgeCodes(world, redemptions);
  judgeStock(world, snapshot);
}

/** The price is that of the version that the purchase names, and that version was there when it was made. */
function judgePrice({ seed, history, timeline }: World, entry: PurchaseEntry): void {
  const { entryId, userId, item, unitPrice, catalogVersion, at } = entry;
  const subject = subjects.purchase(userId, entryId);
  const block = blockOf(catalogVersion);
  const price =
    item === items.forGood ? items.forGoodCoins : block === undefined ? unitPrice : pricesIn(seed, block).filter;
  if (unitPrice !== price) history.violate(subject, `cost ${unitPrice} coins, and ${price} by its version`);
  if (block !== undefined && timeline.startOf(block) > Date.parse(at))
    history.violate(subject, `was made under ${catalogVersion} before that took effect`);
}

type Got = { purchases: PurchaseEntry[]; redemptions: RedemptionEntry[] };

/** What is for good is bought once; what is for some days is held for all the days that were got, one after the other. */
function judgeEntitlement({ history }: World, { userId, item, heldUntil }: Entitlement, got: Got): void {
  const subject = subjects.wallet(userId);
  const times = [...got.purchases, ...got.redemptions]
    .filter((entry) => entry.userId === userId && entry.item === item)
    .map(({ at }) => Date.parse(at))
    .toSorted((a, b) => a - b);
  if (item === items.forGood) {
    if (times.length !== 1) history.violate(subject, `has ${item} for good, and got it ${times.length} times`);
    return;
  }
  const until = times.reduce((held, at) => Math.max(held, at) + timedDays * 86_400_000, 0);
  // Of two that came at once, the other one may have been first.
  if (Math.abs(Date.parse(heldUntil ?? '') - until) < certainMilliseconds) return;
  history.violate(subject, `has ${item} until ${heldUntil}, and got it until ${new Date(until).toISOString()}`);
}

/** What was set aside is spent or comes back, each coin once; what nobody confirmed in time is not sold. */
function judgeReservation({ history }: World, reservation: Reservation, entries: WalletEntry[]): void {
  const { reservationId, userId, coins, spentCoins } = reservation;
  const subject = subjectOf(reservation);
  const back = entries.reduce((sum, entry) => {
    if (entry.flow !== 'release' || entry.userId !== userId || entry.reservationId !== reservationId) return sum;
    const { paidCoins, promoCoins, repaidCoins } = entry.amounts;
    return sum + paidCoins + promoCoins + repaidCoins;
  }, 0);
  const hasEnded = reservation.endedAt !== undefined;
  if (spentCoins + back > coins || (hasEnded && spentCoins + back !== coins) || (!hasEnded && back > 0))
    history.violate(subject, `set ${coins} coins aside, of which ${spentCoins} are spent and ${back} came back`);
  if (reservation.purpose !== 'goods' || reservation.state !== 'confirmed') return;
  if ((reservation.endedAt ?? '') >= reservation.expiresAt)
    history.violate(subject, `was confirmed ${reservation.endedAt}, and lapsed ${reservation.expiresAt}`);
}

function judgeCodes({ history, codes }: World, redemptions: RedemptionEntry[]): void {
  const numbers = new Map(codes.map((code, number) => [hashOfCode(code), number]));
  for (const [hash, ofCode] of Map.groupBy(redemptions, ({ codeHash }) => codeHash)) {
    const subject = subjects.code(numbers.get(hash) ?? -1);
    const [redemption] = ofCode;
    const isOfCoins = (numbers.get(hash) ?? 0) < codes.length - itemCodes;
    const gave = redemption?.amounts.promoCoins;
    if (ofCode.length > 1) history.violate(subject, `was redeemed ${ofCode.length} times`);
    if (gave !== (isOfCoins ? items.codeCoins : 0)) history.violate(subject, `gave ${gave} coins`);
  }
}

/** The last ones that were made are for something of the shop. */
const itemCodes = 5;

/** No more is held and sold than operators have put there. */
function judgeStock({ history }: World, { reservations, stockChanges }: Snapshot): void {
  const stocked = stockChanges.reduce((sum, { change }) => sum + change, 0);
  const taken = reservations.reduce(
    (sum, one) =>
      one.purpose === 'goods' && (one.state === 'reserved' || one.state === 'confirmed') ? sum + one.quantity : sum,
    0,
  );
  if (taken > stocked)
    history.violate(subjects.stock(goods.code), `had ${stocked}, of which ${taken} are sold or on hold`);
}

function subjectOf({ purpose, userId, reservationId }: Reservation): string {
  return purpose === 'goods' ? subjects.order(userId, reservationId) : subjects.promotion(userId, reservationId);
}

function existing(subject: string, request: object, content: object): [string, Existing] {
  return [subject, { request: JSON.stringify(request), content: JSON.stringify(content) }];
}

function existingPurchase(entry: PurchaseEntry): [string, Existing] {
  const { entryId, userId, item, unitPrice, at: purchasedAt, heldUntil } = entry;
  const content = { coins: unitPrice, purchasedAt, heldUntil };
  return existing(subjects.purchase(userId, entryId), { userId, item, unitPrice }, content);
}

function existingPromotion(reservation: Reservation): [string, Existing][] {
  if (reservation.purpose !== 'promotion') return [];
  const { userId, videoId, coins: budget, endsAt, createdAt: startedAt } = reservation;
  const request = { userId, videoId, budget, endsAt };
  return [existing(subjectOf(reservation), request, { budget, startedAt, endsAt })];
}

function existingOrder(reservation: Reservation): [string, Existing][] {
  if (reservation.purpose !== 'goods') return [];
  const { userId, item, quantity, unitPrice, coins, createdAt: orderedAt, expiresAt } = reservation;
  const request = { userId, item, quantity, unitPrice };
  return [existing(subjectOf(reservation), request, { coins, orderedAt, expiresAt })];
}

function existingRedemption({ codes }: World, entry: RedemptionEntry): [string, Existing] {
  const { entryId, userId, codeHash, amounts, item, at: redeemedAt, expiresAt } = entry;
  const code = codes.findIndex((text) => hashOfCode(text) === codeHash);
  const content = { coins: amounts.promoCoins, item, redeemedAt, expiresAt };
  return existing(subjects.redemption(userId, entryId), { userId, code }, content);
}
