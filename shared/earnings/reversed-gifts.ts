import { parseReversedGift, type ReversedGift } from '../store/items/reversal.ts';
import { reversedGiftKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';
import type { Reversed } from './decide-reversal.ts';

/** How much of a gift, or of something else that was bought, is reversed, and by which reversals. */
export async function readReversed(
  ledger: Table,
  { userId, giftId, paidCoins }: Pick<ReversedGift, 'userId' | 'giftId' | 'paidCoins'>,
): Promise<ReversedGift> {
  const item = await readItem(ledger, reversedGiftKey({ userId, giftId }));
  return item ? parseReversedGift(item) : { userId, giftId, paidCoins, coinsByRecharge: {}, milliDiamonds: 0 };
}

export function reversedOf({ coinsByRecharge, milliDiamonds }: ReversedGift): Reversed {
  return { coins: Object.values(coinsByRecharge).reduce((sum, coins) => sum + coins, 0), milliDiamonds };
}

/**
 * Counts what a step reverses, or gives back, if nobody else has done so since it was read.
 * `entryId` is that of the creator's entry; there is none where no creator loses or gets anything.
 */
export function moveReversed(
  reversed: ReversedGift,
  { rechargeId, entryId }: { rechargeId: string; entryId?: string },
  change: Reversed,
): Write<'changed'> {
  const coins = (reversed.coinsByRecharge[rechargeId] ?? 0) + change.coins;
  const counted: ReversedGift = {
    ...reversed,
    coinsByRecharge: { ...reversed.coinsByRecharge, [rechargeId]: coins },
    milliDiamonds: reversed.milliDiamonds + change.milliDiamonds,
    ...(entryId !== undefined && change.milliDiamonds !== 0 && { entryIds: [...(reversed.entryIds ?? []), entryId] }),
  };
  const isNew = Object.keys(reversed.coinsByRecharge).length === 0;
  return {
    put: {
      Item: { ...reversedGiftKey(reversed), ...counted },
      ...(isNew
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'coinsByRecharge = :coins AND milliDiamonds = :milliDiamonds',
            ExpressionAttributeValues: {
              ':coins': reversed.coinsByRecharge,
              ':milliDiamonds': reversed.milliDiamonds,
            },
          }),
    },
    failure: () => 'changed',
  };
}
