import * as z from 'zod/mini';
import { AppId, Region, UuidV7 } from '../identifiers.ts';
import { largestAmount } from '../money/units.ts';
import { CodeBenefit } from '../store/items/code.ts';
import { Amount, Balance, Moment } from '../store/items/common.ts';
import { GoodsOrderState, PromotionState } from '../store/items/reservation.ts';
import { largestGrantCoins, WorthBasisPoints } from '../store/items/wallet.ts';

const PositiveAmount = z.int().check(z.minimum(1), z.maximum(largestAmount));
const ItemCode = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));
const Reason = z.string().check(z.minLength(3), z.maxLength(500));
const WalletCoins = z.object({ coins: Balance });

export const ItemsQuery = z.strictObject({ region: Region });

export const ItemsAnswer = z.object({
  region: Region,
  version: z.string(),
  items: z.array(
    z.object({
      item: ItemCode,
      name: z.string(),
      type: z.enum(['sticker', 'filter', 'content', 'voucher', 'merchandise']),
      coins: Amount,
      /** For how long it is; absent for good, and for goods. */
      days: z.optional(z.int()),
      /** Of goods, how many can be ordered at once. */
      mostAtOnce: z.optional(Amount),
    }),
  ),
});

export const PurchaseBody = z.strictObject({ userId: AppId, item: ItemCode, unitPrice: PositiveAmount });
export type PurchaseBody = z.infer<typeof PurchaseBody>;

export const PurchaseAnswer = z.object({
  purchaseId: UuidV7,
  userId: AppId,
  item: ItemCode,
  coins: Amount,
  purchasedAt: Moment,
  heldUntil: z.optional(Moment),
  wallet: WalletCoins,
});

export const EntitlementsAnswer = z.object({
  userId: AppId,
  entitlements: z.array(z.object({ item: ItemCode, heldSince: Moment, heldUntil: z.optional(Moment) })),
});

/** When a promotion ends; any precision of up to milliseconds. */
const EndsAt = z.pipe(
  z.iso.datetime(),
  z.transform((text: string) => new Date(text).toISOString()),
);

export const PromotionBody = z.strictObject({
  userId: AppId,
  videoId: AppId,
  /** Coins. */
  budget: PositiveAmount,
  endsAt: EndsAt,
});
export type PromotionBody = z.infer<typeof PromotionBody>;

export const PromotionPath = z.strictObject({ userId: AppId, promotionId: UuidV7 });
export const PromotionSpendingBody = z.strictObject({ spentCoins: Amount });
export const PromotionStateBody = z.strictObject({ state: z.enum(['finished', 'canceled']) });

const Released = z.object({ coins: Amount, repaidCoins: z.optional(Amount), at: Moment });

export const PromotionAnswer = z.object({
  promotionId: UuidV7,
  userId: AppId,
  videoId: AppId,
  state: PromotionState,
  budget: Amount,
  spentCoins: Amount,
  remainingCoins: Amount,
  released: z.optional(Released),
  startedAt: Moment,
  endsAt: Moment,
});

export const GoodsOrderBody = z.strictObject({
  userId: AppId,
  item: ItemCode,
  quantity: PositiveAmount,
  unitPrice: PositiveAmount,
});
export type GoodsOrderBody = z.infer<typeof GoodsOrderBody>;

export const GoodsOrderPath = z.strictObject({ userId: AppId, orderId: UuidV7 });
export const GoodsOrderStateBody = z.strictObject({ state: z.enum(['confirmed', 'canceled']) });

export const GoodsOrderAnswer = z.object({
  orderId: UuidV7,
  userId: AppId,
  item: ItemCode,
  quantity: Amount,
  unitPrice: Amount,
  coins: Amount,
  state: GoodsOrderState,
  released: z.optional(Released),
  orderedAt: Moment,
  expiresAt: Moment,
});

/** However it is typed; what is no code of ours is not found. */
export const RedemptionBody = z.strictObject({
  userId: AppId,
  code: z.string().check(z.minLength(8), z.maxLength(64)),
});
export type RedemptionBody = z.infer<typeof RedemptionBody>;

export const RedemptionAnswer = z.object({
  redemptionId: UuidV7,
  userId: AppId,
  redeemedAt: Moment,
  /** Promotional coins; 0 where the code gives something else. */
  coins: Amount,
  expiresAt: z.optional(Moment),
  item: z.optional(ItemCode),
  heldUntil: z.optional(Moment),
  wallet: WalletCoins,
});

export const StockPath = z.strictObject({ item: ItemCode });
export const StockChangeBody = z.strictObject({
  item: ItemCode,
  /** Not 0. */
  change: z.int().check(
    z.minimum(-largestAmount),
    z.maximum(largestAmount),
    z.refine((change) => change !== 0),
  ),
  reason: Reason,
});

const counters = { item: ItemCode, stocked: Balance, reserved: Balance, sold: Balance, left: Balance };
export const StockChangeAnswer = z.object({ changeId: UuidV7, change: z.int(), ...counters });
export const StockAnswer = z.object({
  ...counters,
  changes: z.array(
    z.object({ changeId: UuidV7, change: z.int(), reason: z.string(), changedBy: z.string(), at: Moment }),
  ),
});

const CodeCoins = z.int().check(z.minimum(1), z.maximum(largestGrantCoins));

/** One answer holds them all, and each is some hundred bytes of work for DynamoDB. */
const mostCodes = 1_000;

export const CodeBatchBody = z.strictObject({
  count: z.int().check(z.minimum(1), z.maximum(mostCodes)),
  gives: z.union([
    z.strictObject({ coins: CodeCoins, worthBasisPoints: z.optional(WorthBasisPoints) }),
    z.strictObject({ item: ItemCode }),
  ]),
  /** The only user who can redeem the codes. */
  userId: z.optional(AppId),
  from: z.optional(EndsAt),
  until: EndsAt,
  reason: Reason,
});
export type CodeBatchBody = z.infer<typeof CodeBatchBody>;

export const CodeBatchPath = z.strictObject({ batchId: UuidV7 });
export const CodeBatchStatusBody = z.strictObject({ status: z.literal('revoked'), reason: Reason });

export const CodeBatchAnswer = z.object({
  batchId: UuidV7,
  count: Amount,
  gives: CodeBenefit,
  userId: z.optional(AppId),
  from: Moment,
  until: Moment,
  reason: z.string(),
  madeBy: z.string(),
  madeAt: Moment,
  status: z.enum(['valid', 'revoked']),
  revokedAt: z.optional(Moment),
  revokedBy: z.optional(z.string()),
  revokedFor: z.optional(z.string()),
  /** In the answer to the request that made them, and nowhere else. */
  codes: z.optional(z.array(z.string())),
});

export const CodeBatchesAnswer = z.object({ batches: z.array(CodeBatchAnswer), nextCursor: z.optional(z.string()) });
