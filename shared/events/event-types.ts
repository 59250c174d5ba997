import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { diamondsPattern } from '../money/diamonds.ts';
import { Amount, Day, GiftContext, Moment, providerNames } from '../store/items/common.ts';
import { PayoutMethod } from '../store/items/creator.ts';
import { PayoutReasonCode } from '../store/items/payout.ts';
import { PayoutRunSchedule } from '../store/items/payout-run.ts';

const Diamonds = z.string().check(z.regex(diamondsPattern));
const Cash = z.object({ amount: Amount, currency: z.enum(currencies) });

export const GiftEventData = z.object({
  giftId: UuidV7,
  senderId: AppId,
  creatorId: AppId,
  gift: z.string(),
  quantity: Amount,
  coins: Amount,
  diamonds: Diamonds,
  /** Missing only in credits that were rebuilt from a creator's entries of a time when these did not keep it. */
  context: z.optional(GiftContext),
});

export const PaidRechargeEventData = z.object({
  rechargeId: UuidV7,
  userId: AppId,
  paidCoins: Amount,
  bonusCoins: Amount,
  repaidCoins: Amount,
  provider: z.enum(providerNames),
  price: Cash,
});

export const ClaimedRechargeEventData = z.object({
  entryId: UuidV7,
  rechargeId: UuidV7,
  userId: AppId,
  coins: Amount,
  owedCoins: Amount,
  refund: Cash,
});

export const PayoutEventData = z.object({
  payoutId: UuidV7,
  creatorId: AppId,
  diamonds: Diamonds,
  gross: Cash,
  fee: Cash,
  net: Cash,
  method: PayoutMethod,
  reason: z.optional(PayoutReasonCode),
});

export const ReversalEventData = z.object({
  entryId: UuidV7,
  creatorId: AppId,
  rechargeId: UuidV7,
  giftId: UuidV7,
  senderId: AppId,
  coins: Amount,
  diamonds: Diamonds,
  owedDiamonds: Diamonds,
});

const BudgetShare = z.object({
  userId: AppId,
  setBy: z.enum(['user', 'guardian', 'platform']),
  period: z.enum(['day', 'week', 'month']),
  since: Day,
  percent: z.union([z.literal(50), z.literal(80), z.literal(100)]),
  limitCoins: Amount,
  spentCoins: Amount,
  leftCoins: Amount,
});

const PurchaseData = z.object({
  purchaseId: UuidV7,
  userId: AppId,
  item: z.string(),
  coins: Amount,
  heldUntil: z.optional(Moment),
});

const ExpiringLot = z.object({ userId: AppId, lotId: z.string(), coins: Amount, expiresAt: Moment });

const ExpiredLots = z.object({
  entryId: UuidV7,
  userId: AppId,
  coins: Amount,
  lots: z.array(z.object({ lotId: z.string(), coins: Amount })),
});

const ExhaustedCampaign = z.object({ campaign: z.string(), budgetCoins: Amount, leftCoins: Amount });

const FinishedRun = z.object({ runId: UuidV7, schedule: PayoutRunSchedule, date: Day, dryRun: z.boolean() });

/** What a committed change must be for events of a type to come out of it; the stream's filter is made of this. */
export type EventSource =
  | 'outbox'
  | 'wallet status'
  /** What a wallet has spent, and its limits. */
  | 'budget'
  /** Promotional coins in a wallet. */
  | 'lots'
  | 'closure'
  | 'campaign'
  | 'payout'
  | 'payout run'
  | 'level'
  /** An entry of this flow, in a wallet or with a creator. */
  | { entry: string };

export type EventType = {
  /** Rises when the shape changes in a way that a consumer of the shape before would not survive. */
  version: number;
  source: EventSource;
  data: z.ZodMiniObject;
  /** What has happened, in a sentence. */
  meaning: string;
};

/**
 * Every event that goes out. Ids only: an event travels to places that the ledger knows nothing of, so that no name, address,
 * birth date or free text of an operator may be in it.
 */
export const eventTypes = {
  'gift.sent': { version: 1, source: 'outbox', data: GiftEventData, meaning: 'A gift was paid for and is on its way.' },
  'gift.credited': {
    version: 1,
    source: { entry: 'gift' },
    data: GiftEventData,
    meaning: 'The creator has the diamonds of a gift.',
  },
  'recharge.paid': {
    version: 1,
    source: { entry: 'recharge' },
    data: PaidRechargeEventData,
    meaning: 'The coins of a payment are in the wallet.',
  },
  'recharge.refunded': {
    version: 1,
    source: { entry: 'take_back' },
    data: ClaimedRechargeEventData,
    meaning: 'Money of a recharge went back, all or a part of it, and its coins with it.',
  },
  'recharge.restored': {
    version: 1,
    source: { entry: 'give_back' },
    data: ClaimedRechargeEventData,
    meaning: 'Money that had gone back came again, and its coins with it.',
  },
  'coins.granted': {
    version: 1,
    source: { entry: 'grant' },
    data: z.object({ grantId: UuidV7, userId: AppId, coins: Amount }),
    meaning: 'An operator gave promotional coins.',
  },
  'wallet.frozen': {
    version: 1,
    source: 'wallet status',
    data: z.object({ userId: AppId }),
    meaning: 'An operator froze a wallet.',
  },
  'wallet.unfrozen': {
    version: 1,
    source: 'wallet status',
    data: z.object({ userId: AppId }),
    meaning: 'An operator set a wallet free.',
  },
  'budget.reached': {
    version: 1,
    source: 'budget',
    data: BudgetShare,
    meaning: 'A user has spent 50, 80 or 100 % of a limit of a day, a week or a month.',
  },
  'purchase.made': {
    version: 1,
    source: { entry: 'purchase' },
    data: PurchaseData,
    meaning: 'A user bought something in the app.',
  },
  'promo.expiring': {
    version: 1,
    source: 'lots',
    data: ExpiringLot,
    meaning: 'Promotional coins expire within three days unless they are spent.',
  },
  'promo.expired': {
    version: 1,
    source: { entry: 'expiry' },
    data: ExpiredLots,
    meaning: 'Promotional coins were not spent in time.',
  },
  'account.closed': {
    version: 1,
    source: 'closure',
    data: z.object({ userId: AppId }),
    meaning: 'An account is closed for good.',
  },
  'campaign.exhausted': {
    version: 1,
    source: 'campaign',
    data: ExhaustedCampaign,
    meaning: 'A campaign has not enough left for another order.',
  },
  'earnings.reversed': {
    version: 1,
    source: { entry: 'reversal' },
    data: ReversalEventData,
    meaning: 'A creator lost the diamonds of a gift, or of a part of it, because its payment went back.',
  },
  'earnings.restored': {
    version: 1,
    source: { entry: 'reversal_undone' },
    data: ReversalEventData,
    meaning: 'A creator has such diamonds again.',
  },
  'gifter.level': {
    version: 1,
    source: 'level',
    data: z.object({ userId: AppId, level: z.string(), badge: z.string(), fromCoins: Amount }),
    meaning: 'By what a user has given, they have reached a level for the first time.',
  },
  'creator.level': {
    version: 1,
    source: 'level',
    data: z.object({ creatorId: AppId, level: z.string(), badge: z.string(), fromDiamonds: Diamonds }),
    meaning: 'By what a creator has earned, they have reached a level for the first time.',
  },
  'payout.awaiting_approval': payout('A payout waits for an operator.'),
  'payout.requested': payout('Diamonds are held for a payout.'),
  'payout.submitted': payout('The provider has a payout.'),
  'payout.paid': payout('The provider has paid a payout.'),
  'payout.failed': payout('A payout was not to be paid; its diamonds are free again.'),
  'payout.blocked': payout('A payout was stopped, here or by the provider; its diamonds are free again.'),
  'payout.returned': payout('The money of a payout came back; its diamonds are free again.'),
  'payout.skipped': payout('A run could not pay a creator.'),
  'payout_run.finished': {
    version: 1,
    source: 'payout run',
    data: FinishedRun,
    meaning: 'A payout run has come to everybody.',
  },
} as const satisfies Record<string, EventType>;

function payout(meaning: string) {
  return { version: 1, source: 'payout', data: PayoutEventData, meaning } as const;
}

export type EventTypeName = keyof typeof eventTypes;

export const eventTypeNames = Object.keys(eventTypes) as EventTypeName[];

export const EventTypeName = z.enum(eventTypeNames);
