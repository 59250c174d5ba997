import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Amount, Balance, Day, GiftContext, Moment } from './common.ts';
import { WalletRules } from './wallet-rules.ts';

/** By which versions of the catalogue a gift had its price, and its worth to the creator. */
export const GiftVersions = z.object({ gifts: z.string(), rates: z.string() });
export type GiftVersions = z.infer<typeof GiftVersions>;

/** A gift that has been debited; it stays in the wallet until its entry exists and it is pruned. */
export const OutboxGift = z.object({
  creatorId: z.string(),
  gift: z.string(),
  quantity: Amount,
  /** Coins for one. */
  unitPrice: Amount,
  context: GiftContext,
  /** Milliseconds since 1970. */
  sentAt: z.int(),
  /** What the creator will get, fixed when the gift was sent. */
  milliDiamonds: Amount,
  /** The versions of the catalogue that the gift was sent under; absent on gifts from before they were kept. */
  versions: z.optional(GiftVersions),
  /** The streak that the gift is shown in: the short id of its first gift. */
  combo: z.optional(z.string()),
  /** How many of the coins came from each promotional lot; the rest were paid coins. */
  promo: z.optional(z.record(z.string(), Amount)),
  /** Those of `milliDiamonds` that the promotional coins make, where some of these are not worth to creators what paid ones are. */
  promoMilliDiamonds: z.optional(Amount),
});
export type OutboxGift = z.infer<typeof OutboxGift>;

/**
 * How the outbox stores a gift: a letter for each field, and the context and the versions in one text each. A write costs a unit for each kB
 * of the wallet, and with UUIDs for sender, creator and context four gifts stay below it only like this.
 */
const StoredOutboxGift = z.object({
  c: z.string(),
  g: z.string(),
  q: Amount,
  u: Amount,
  x: z.string().check(z.regex(/^(live|video|comment):/)),
  t: z.int(),
  m: Amount,
  v: z.optional(z.string().check(z.regex(/^[^/]+\/[^/]+$/))),
  k: z.optional(z.string()),
  p: z.optional(z.record(z.string(), Amount)),
  d: z.optional(Amount),
});

const OutboxGiftCodec = z.codec(StoredOutboxGift, OutboxGift, {
  decode({ c, g, q, u, x, t, m, v, k, p, d }) {
    const colon = x.indexOf(':');
    const context = { type: x.slice(0, colon) as GiftContext['type'], id: x.slice(colon + 1) };
    const gift = { creatorId: c, gift: g, quantity: q, unitPrice: u, context, sentAt: t, milliDiamonds: m };
    const [gifts = '', rates = ''] = v?.split('/') ?? [];
    return {
      ...gift,
      ...(v !== undefined && { versions: { gifts, rates } }),
      ...(k !== undefined && { combo: k }),
      ...(p && { promo: p }),
      ...(d !== undefined && { promoMilliDiamonds: d }),
    };
  },
  encode({
    creatorId,
    gift,
    quantity,
    unitPrice,
    context,
    sentAt,
    milliDiamonds,
    versions,
    combo,
    promo,
    promoMilliDiamonds: d,
  }) {
    const x = `${context.type}:${context.id}`;
    const stored = { c: creatorId, g: gift, q: quantity, u: unitPrice, x, t: sentAt, m: milliDiamonds };
    return {
      ...stored,
      ...(versions && { v: `${versions.gifts}/${versions.rates}` }),
      ...(combo !== undefined && { k: combo }),
      ...(promo && { p: promo }),
      ...(d !== undefined && { d }),
    };
  },
});

/** A gift as it is written into the outbox. */
export function storedOutboxGift(gift: OutboxGift): z.input<typeof StoredOutboxGift> {
  return z.encode(OutboxGiftCodec, gift);
}

/** How much of a paid coin's diamonds a promotional coin makes, in ten-thousandths. */
export const WorthBasisPoints = z.int().check(z.minimum(0), z.maximum(10_000));
export const fullWorthBasisPoints = 10_000;

/** The most that an operator gives at once, by a grant or by a code: a mistake of more needs two. */
export const largestGrantCoins = 100_000;

/** Promotional coins of one origin. */
export const PromoLot = z.object({
  lotId: z.string(),
  coins: Amount,
  expiresAt: Moment,
  /** As much as a paid coin's when absent. */
  worthBasisPoints: z.optional(WorthBasisPoints),
  /** When it was told that the coins will expire. */
  warnedAt: z.optional(Moment),
});
export type PromoLot = z.infer<typeof PromoLot>;

/** Why a gift by this wallet must be decided from its whole state; a wallet without guards takes the fast path. */
export const Guard = z.enum(['age', 'debt', 'promo', 'rules']);
export type Guard = z.infer<typeof Guard>;

/** What an operator may set. */
export const OperatedStatus = z.enum(['active', 'frozen']);

/** `closed` is final: the account was closed, and nothing but what providers say of old payments changes the wallet. */
export const WalletStatus = z.enum([...OperatedStatus.options, 'closed']);

/** The balance and outbox of one user: `WALLET#{userId}` / `HEAD`. */
export const Wallet = z.object({
  userId: z.string(),
  region: z.string(),
  status: WalletStatus,
  /** Coins that were bought. */
  paid: Balance,
  promo: z.optional(z.array(PromoLot)),
  /** Coins set aside while the payment for them is disputed or on its way back. */
  frozen: z.optional(Balance),
  /** Coins owed to the platform; gifting stops until recharges have repaid them. */
  owed: Balance,
  /** The first day on which the user may buy and gift; absent when the age is unknown. */
  adultOn: z.optional(Day),
  /** The first day on which the user may with an active guardian, where the region has such a day before that one. */
  wardOn: z.optional(Day),
  specialRules: z.optional(WalletRules),
  guards: z.optional(z.array(Guard)),
  outbox: z.record(z.string(), OutboxGiftCodec),
  /** Every gift key up to this one may have left the outbox; empty until something was pruned. */
  prunedThrough: z.string(),
  /** Coins spent by day (`d2026-11-21`), week (`w` and its Monday) and month (`m2026-11`). */
  spent: z.record(z.string(), Balance),
  version: z.int(),
  openedAt: Moment,
  /** While there are promotional coins: when the first of them expire or are to be warned about, or a moment before that. */
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type Wallet = z.infer<typeof Wallet>;

export function parseWallet(item: Item): Wallet {
  return z.parse(Wallet, item);
}
