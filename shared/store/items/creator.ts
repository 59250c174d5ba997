import * as z from 'zod/mini';
import { currencies } from '../../money/currency.ts';
import type { Item } from '../table.ts';
import { Amount, Balance, Day, GiftContext, Moment } from './common.ts';

export const PayoutMethod = z.enum(['paypal', 'bank']);
export type PayoutMethod = z.infer<typeof PayoutMethod>;
export const DestinationType = z.enum(['email', 'paypal_id', 'stripe_account']);
export const IdentityState = z.enum(['unverified', 'verified', 'rejected']);
export const PayoutSchedule = z.enum(['none', 'weekly', 'monthly']);

/** What comparing the legal name with the name at the destination came to. */
export const NameMatch = z.enum(['matched', 'mismatched']);
export const TaxProfileState = z.enum(['missing', 'complete']);

/** Where and when a creator is paid, and what is known of who is paid: findings, never the names or tax data themselves. */
export const PayoutProfile = z.object({
  method: PayoutMethod,
  /** PayPal: an e-mail address or payer id. Bank: the connected account at Stripe that has the bank account. */
  destination: z.object({ type: DestinationType, value: z.string() }),
  schedule: PayoutSchedule,
  identity: z.object({ state: IdentityState, expiresOn: z.optional(Day) }),
  /** Absent when no names were given to compare. */
  nameMatch: z.optional(NameMatch),
  /** Absent when nobody has said whether there is one. */
  taxProfile: z.optional(z.object({ state: TaxProfileState, validUntil: z.optional(Day) })),
  /** Since when method and destination are these; absent in profiles that are older than the rule about it. */
  destinationSince: z.optional(Moment),
  /** The clients who last changed the destination, and anything at all; absent in such profiles too. */
  destinationChangedBy: z.optional(z.string()),
  changedBy: z.optional(z.string()),
  updatedAt: Moment,
});
export type PayoutProfile = z.infer<typeof PayoutProfile>;

/** An operator's stop to all payouts of a creator, or its end. */
const PayoutHoldShape = { held: z.boolean(), reason: z.string(), by: z.string(), at: Moment };
export const PayoutHold = z.object({
  ...PayoutHoldShape,
  /** Who last ended a hold that there was. */
  liftedBy: z.optional(z.string()),
});
export type PayoutHold = z.infer<typeof PayoutHold>;

/** One change of it, kept for ever: `CREATOR#{creatorId}` / `HOLD#{uuidv7}`. */
export const PayoutHoldChange = z.object({ ...PayoutHoldShape, creatorId: z.string(), changeId: z.string() });
export type PayoutHoldChange = z.infer<typeof PayoutHoldChange>;

/** Who receives gifts: `CREATOR#{creatorId}` / `PROFILE`. */
export const Creator = z.object({
  creatorId: z.string(),
  /** The user behind the creator: may not gift to this creator. */
  ownerUserId: z.string(),
  region: z.string(),
  giftsEnabled: z.boolean(),
  payoutProfile: z.optional(PayoutProfile),
  payoutHold: z.optional(PayoutHold),
  /** Gross minor units of payouts asked for on the day and in the week named; a payout that fails gives its part back. */
  payoutUse: z.optional(z.object({ day: Day, dayMinor: Amount, week: Day, weekMinor: Amount })),
  version: z.int(),
  createdAt: Moment,
  updatedAt: Moment,
  /** Set while a payout schedule is on. */
  dueBucket: z.optional(z.string()),
  dueAt: z.optional(Moment),
});
export type Creator = z.infer<typeof Creator>;

export function parseCreator(item: Item): Creator {
  return z.parse(Creator, item);
}

/** A maturing balance is kept by the day it becomes available on: attribute `day:2026-11-21`. */
export const maturingPrefix = 'day:';

const ShardAttributes = z.object({
  creatorId: z.string(),
  shard: z.int(),
  /** Milli-diamonds, as all amounts here. */
  available: z._default(Balance, 0),
  /** Set aside for payouts under way; kept in shard 0 only, as `paidOut` is. */
  held: z._default(Balance, 0),
  paidOut: z._default(Balance, 0),
  lifetime: z._default(Balance, 0),
  /** Owed for gifts that were taken back after their diamonds had left; kept in shard 0 only. */
  owed: z._default(Balance, 0),
});

/** One of a creator's balances: `CREATOR#{creatorId}#{00..63}` / `HEAD`. */
export type CreatorShard = z.infer<typeof ShardAttributes> & { maturing: Record<string, number> };

export function parseCreatorShard(item: Item): CreatorShard {
  const maturing = Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name.startsWith(maturingPrefix))
      .map(([name, amount]) => [name.slice(maturingPrefix.length), z.parse(Balance, amount)]),
  );
  return { ...z.parse(ShardAttributes, item), maturing };
}

/** What of an entry's diamonds was not yet to be withdrawn when it was written, by the day from which on it is. */
const maturing = { maturing: z.optional(z.record(Day, Amount)) };

const common = { entryId: z.string(), creatorId: z.string(), shard: z.int(), at: Moment };

/** One credited gift, as the creator's entry lists it. */
const CreditedGift = z.object({
  giftId: z.string(),
  senderId: z.string(),
  gift: z.string(),
  quantity: Amount,
  coins: Amount,
  milliDiamonds: Amount,
  /** Its place among the entry's contexts; the first when absent. */
  context: z.optional(z.int()),
});

export const CreditEntry = z.object({
  ...common,
  flow: z.literal('credit'),
  /** The sum of its gifts. */
  amounts: z.object({ milliDiamonds: Balance }),
  ...maturing,
  gifts: z.array(CreditedGift),
  /** Where the gifts were sent, each place once: the gifts of a message mostly come from one live. */
  contexts: z.optional(z.array(GiftContext)),
});
export type CreditEntry = z.infer<typeof CreditEntry>;

const PayoutAmounts = z.object({ milliDiamonds: Amount });
const PayoutCash = z.object({
  milliDiamonds: Amount,
  netMinor: Amount,
  feeMinor: Amount,
  /** What part of the net amount Stripe paid instead of PayPal: all of it where a bank was paid. */
  stripeNetMinor: z.optional(Amount),
});

export const PayoutEntry = z.discriminatedUnion('flow', [
  z.object({
    ...common,
    flow: z.literal('payout_hold'),
    payoutId: z.string(),
    amounts: PayoutAmounts,
    /** What was taken from each shard, by its number. */
    taken: z.record(z.string(), Amount),
  }),
  z.object({
    ...common,
    flow: z.literal('payout_release'),
    payoutId: z.string(),
    amounts: PayoutAmounts,
    reason: z.string(),
  }),
  z.object({
    ...common,
    flow: z.literal('payout_paid'),
    payoutId: z.string(),
    amounts: PayoutCash,
    currency: z.enum(currencies),
  }),
  z.object({
    ...common,
    flow: z.literal('payout_returned'),
    payoutId: z.string(),
    amounts: PayoutCash,
    currency: z.enum(currencies),
    reason: z.string(),
  }),
]);
export type PayoutEntry = z.infer<typeof PayoutEntry>;

/** A gift, or a part of it, that was paid with coins whose payment went back, or whose payment came again. */
export const ReversalEntry = z.object({
  ...common,
  flow: z.enum(['reversal', 'reversal_undone']),
  rechargeId: z.string(),
  giftId: z.string(),
  senderId: z.string(),
  /** The paid coins of the gift that are concerned. */
  coins: Amount,
  amounts: z.object({ milliDiamonds: Amount, owedMilliDiamonds: Amount }),
  ...maturing,
  /** What was taken from each balance, or given back to it, by its number; `milliDiamonds` is the sum. */
  taken: z.record(z.string(), Amount),
});
export type ReversalEntry = z.infer<typeof ReversalEntry>;

/** A line of a creator's statement: `CREATOR#{creatorId}#{shard}` / `ENTRY#{uuidv7}`. Never changed once written. */
export const CreatorEntry = z.union([CreditEntry, PayoutEntry, ReversalEntry]);
export type CreatorEntry = z.infer<typeof CreatorEntry>;

export function parseCreatorEntry(item: Item): CreatorEntry {
  return z.parse(CreatorEntry, item);
}
