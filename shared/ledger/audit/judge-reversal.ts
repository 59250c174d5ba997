import type { ReversalStep, ReversedGift } from '../../store/items/reversal.ts';
import type { Findings } from './judge-partition.ts';
import { reversalSubject, reversedGiftSubject } from './subjects.ts';

/** A step of a reversal stands for diamonds that an entry of the creator must account for, and for coins of one gift. */
export function judgeReversalStep(step: ReversalStep, { tally }: Findings): void {
  if ('creatorId' in step)
    tally.add(reversalSubject(step), 'milli-diamonds', step.milliDiamonds + step.owedMilliDiamonds);
  const { userId, giftId, rechargeId, coins } = step;
  if (userId !== undefined) tally.add(reversedGiftSubject({ userId, giftId, rechargeId }), 'coins', -coins);
}

/** What is reversed of a gift is what the steps say, and no more than was paid for it. */
export function judgeReversedGift(gift: ReversedGift, { tally }: Findings): void {
  const { userId, giftId, paidCoins, coinsByRecharge } = gift;
  let left = paidCoins;
  for (const [rechargeId, coins] of Object.entries(coinsByRecharge)) {
    const subject = reversedGiftSubject({ userId, giftId, rechargeId });
    tally.add(subject, 'coins', coins);
    if (coins > left) tally.add(subject, 'coins more than were paid', coins - left);
    left = Math.max(0, left - coins);
  }
}
