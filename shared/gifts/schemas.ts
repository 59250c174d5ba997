import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { diamondsPattern } from '../money/diamonds.ts';
import { largestAmount } from '../money/units.ts';
import { Amount, Balance, ContextType, Moment } from '../store/items/common.ts';
import { GiftVersions } from '../store/items/wallet.ts';

const PositiveAmount = z.int().check(z.minimum(1), z.maximum(largestAmount));

export const GiftBody = z.strictObject({
  senderId: AppId,
  creatorId: AppId,
  /** The code of the catalogue; `tip` is a gift of a free amount. */
  gift: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/)),
  quantity: PositiveAmount,
  /** Coins for one, as the sender saw it; for a tip, the amount. */
  unitPrice: PositiveAmount,
  context: z.strictObject({ type: ContextType, id: AppId }),
  /** The key of the first gift of the streak; that one has its own. */
  comboId: z.optional(UuidV7),
});
export type GiftBody = z.infer<typeof GiftBody>;

const Diamonds = z.string().check(z.regex(diamondsPattern));

export const GiftAnswer = z.object({
  giftId: UuidV7,
  state: z.literal('sent'),
  coins: Amount,
  diamonds: Diamonds,
  sentAt: Moment,
  versions: z.optional(GiftVersions),
  /** The balance now; a replay shows the balance at the replay. */
  wallet: z.object({ coins: Balance }),
});

export const GiftPath = z.strictObject({ userId: AppId, giftId: UuidV7 });

export const OneGiftAnswer = z.object({
  giftId: UuidV7,
  state: z.enum(['sent', 'credited']),
  creatorId: AppId,
  gift: z.string(),
  quantity: Amount,
  unitPrice: Amount,
  coins: Amount,
  diamonds: Diamonds,
  context: z.object({ type: ContextType, id: z.string() }),
  sentAt: Moment,
  versions: z.optional(GiftVersions),
});

export const ComboPath = z.strictObject({ userId: AppId, comboId: UuidV7 });

export const ComboAnswer = z.object({
  comboId: UuidV7,
  state: z.enum(['open', 'closed']),
  creatorId: AppId,
  gift: z.string(),
  context: z.object({ type: ContextType, id: z.string() }),
  gifts: z.int(),
  quantity: Amount,
  coins: Amount,
  firstAt: Moment,
  lastAt: Moment,
  closesAt: Moment,
});
export type ComboAnswer = z.infer<typeof ComboAnswer>;
