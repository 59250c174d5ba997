import type * as z from 'zod/mini';
import { formatDiamonds } from '../money/diamonds.ts';
import { spendableCoins } from '../users/balances.ts';
import type { SentGift } from './find-gift.ts';
import type { GiftAnswer, OneGiftAnswer } from './schemas.ts';
import type { Sent } from './send-gift.ts';

export function presentSent({ gift, wallet }: Sent, now: Date): z.infer<typeof GiftAnswer> {
  return {
    giftId: gift.giftId,
    state: 'sent',
    coins: gift.unitPrice * gift.quantity,
    diamonds: formatDiamonds(gift.milliDiamonds),
    sentAt: gift.sentAt.toISOString(),
    versions: gift.versions,
    wallet: { coins: spendableCoins(wallet, now) },
  };
}

export function presentGift(gift: SentGift): z.infer<typeof OneGiftAnswer> {
  const { giftId, state, creatorId, quantity, unitPrice, context } = gift;
  return {
    giftId,
    state,
    creatorId,
    gift: gift.gift,
    quantity,
    unitPrice,
    coins: unitPrice * quantity,
    diamonds: formatDiamonds(gift.milliDiamonds),
    context,
    sentAt: gift.sentAt.toISOString(),
    versions: gift.versions,
  };
}
