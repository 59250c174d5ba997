import * as z from 'zod/mini';
import { momentOfId } from '../identifiers.ts';
import { formatDiamonds } from '../money/diamonds.ts';
import { Moment } from '../store/items/common.ts';
import { PromoLot, parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { ExpiryEntry, GiftEntry, PurchaseEntry, RechargeEntry, WalletEntry } from '../store/items/wallet-entry.ts';
import type { Item } from '../store/table.ts';
import { type Event, eventOf, subjects } from './event.ts';

/** When an operator last froze the wallet or set it free. */
const StatusChange = z.object({ statusChange: z.optional(z.object({ at: Moment })) });

/** Of the image before, only what it is compared by. */
const Before = z.extend(StatusChange, {
  outbox: z._default(z.record(z.string(), z.unknown()), {}),
  promo: z._default(z.array(PromoLot), []),
});

/** What a change of a wallet tells; without an image before, all that the wallet still shows of what has happened to it. */
export function eventsOfWallet(image: Item, imageBefore: Item | undefined): Event[] {
  const wallet = parseWallet(image);
  const { statusChange: changeBefore, outbox, promo } = z.parse(Before, imageBefore ?? {});
  const { statusChange: change } = z.parse(StatusChange, image);
  const sent = sentGifts(wallet, new Set(Object.keys(outbox)));
  const told = [...sent, ...expiringLots(wallet, promo)];
  return change === undefined || change.at === changeBefore?.at ? told : [...told, statusEvent(wallet, change.at)];
}

function sentGifts(wallet: Wallet, known: Set<string>): Event[] {
  const subject = subjects.wallet(wallet.userId);
  return Object.entries(wallet.outbox)
    .filter(([giftId]) => !known.has(giftId))
    .map(([giftId, { unitPrice, milliDiamonds, sentAt, creatorId, gift, quantity, context }]) =>
      eventOf('gift.sent', {
        key: giftKey({ senderId: wallet.userId, giftId }),
        subject,
        time: new Date(sentAt).toISOString(),
        sequence: wallet.version,
        data: {
          ...{ giftId, senderId: wallet.userId, creatorId, gift, quantity, context },
          coins: unitPrice * quantity,
          diamonds: formatDiamonds(milliDiamonds),
        },
      }),
    );
}

/** Lots about which the wallet's user was not warned before. */
function expiringLots({ userId, promo = [], version }: Wallet, before: PromoLot[]): Event[] {
  const nameOf = ({ lotId, expiresAt }: PromoLot) => `${lotId}#${expiresAt}`;
  const warned = new Set(before.filter(({ warnedAt }) => warnedAt !== undefined).map(nameOf));
  return promo.flatMap((lot) => {
    const { lotId, coins, expiresAt, warnedAt } = lot;
    if (warnedAt === undefined || warned.has(nameOf(lot))) return [];
    const subject = subjects.wallet(userId);
    const happened = { key: `${userId}#${nameOf(lot)}`, subject, time: warnedAt, sequence: version };
    return [eventOf('promo.expiring', { ...happened, data: { userId, lotId, coins, expiresAt } })];
  });
}

/** Two senders may use the same key: only both together name a gift. */
export function giftKey({ senderId, giftId }: { senderId: string; giftId: string }): string {
  return `${senderId}#${giftId}`;
}

/** An operator who freezes what is frozen does something too. */
function statusEvent({ userId, status, version }: Wallet, at: string): Event {
  return eventOf(status === 'frozen' ? 'wallet.frozen' : 'wallet.unfrozen', {
    key: `${userId}#${at}`,
    subject: subjects.wallet(userId),
    time: at,
    sequence: version,
    data: { userId },
  });
}

/** What a line of a wallet's statement tells. Freezing and thawing of disputed coins stay inside. */
export function eventsOfWalletEntry(entry: WalletEntry): Event[] {
  const { userId, entryId, at: time } = entry;
  const happened = { key: `${userId}#${entryId}`, subject: subjects.wallet(userId), time };
  switch (entry.flow) {
    case 'gift':
      return [creditedGift(entry)];
    case 'recharge':
      return [eventOf('recharge.paid', { ...happened, data: paidRecharge(entry) })];
    case 'take_back':
      return [eventOf('recharge.refunded', { ...happened, data: claimed(entry) })];
    case 'give_back':
      return [eventOf('recharge.restored', { ...happened, data: claimed(entry) })];
    case 'grant': {
      const coins = entry.amounts.promoCoins;
      return [eventOf('coins.granted', { ...happened, data: { grantId: entryId, userId, coins } })];
    }
    case 'purchase':
      return [eventOf('purchase.made', { ...happened, data: purchase(entry) })];
    case 'expiry':
      return [eventOf('promo.expired', { ...happened, data: expired(entry) })];
    default:
      return [];
  }
}

function purchase({ entryId: purchaseId, userId, item, unitPrice: coins, heldUntil }: PurchaseEntry) {
  return { purchaseId, userId, item, coins, ...(heldUntil !== undefined && { heldUntil }) };
}

function expired({ entryId, userId, amounts, promo }: ExpiryEntry) {
  const lots = Object.entries(promo).map(([lotId, coins]) => ({ lotId, coins }));
  return { entryId, userId, coins: amounts.promoCoins, lots };
}

function creditedGift(entry: GiftEntry): Event {
  return eventOf('gift.credited', { ...giftOf(entry), time: momentOfId(entry.creditId) ?? entry.at });
}

/** That a gift was sent, as its entry still tells it when the gift has left the outbox. */
export function sentGiftOf(entry: GiftEntry): Event {
  return eventOf('gift.sent', { ...giftOf(entry), time: entry.at });
}

function giftOf({ entryId: giftId, userId: senderId, unitPrice, quantity, milliDiamonds, ...entry }: GiftEntry) {
  const { creatorId, gift, context } = entry;
  const coins = unitPrice * quantity;
  return {
    key: giftKey({ senderId, giftId }),
    subject: subjects.wallet(senderId),
    data: { giftId, senderId, creatorId, gift, quantity, coins, diamonds: formatDiamonds(milliDiamonds), context },
  };
}

function paidRecharge({ entryId, userId, amounts, currency, provider }: RechargeEntry) {
  const { paidCoins, bonusCoins, repaidCoins } = amounts;
  const price = { amount: amounts[`${provider}Minor`] ?? 0, currency };
  return { rechargeId: entryId, userId, paidCoins, bonusCoins, repaidCoins, provider, price };
}

type TakenOrGivenBack = Extract<WalletEntry, { flow: 'take_back' | 'give_back' }>;

/** What left the wallet, or came into it again, and what was not there to be taken. */
function claimed({ entryId, rechargeId, userId, amounts, currency }: TakenOrGivenBack) {
  const sum = (...parts: (number | undefined)[]) => parts.reduce<number>((total, part) => total + (part ?? 0), 0);
  const frozen = 'frozenCoins' in amounts || 'frozenPromoCoins' in amounts ? amounts : {};
  return {
    ...{ entryId, rechargeId, userId },
    coins: sum(amounts.paidCoins, amounts.promoCoins, frozen.frozenCoins, frozen.frozenPromoCoins),
    owedCoins: sum(amounts.owedCoins, amounts.owedPromoCoins),
    refund: {
      amount: sum(amounts.stripeMinor, amounts.paypalMinor, amounts.appleMinor, amounts.googleMinor),
      currency,
    },
  };
}
