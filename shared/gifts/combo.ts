import type { SentGift } from './find-gift.ts';

/** How long after its last gift a streak is over, and until when it may last at all. */
export type ComboRules = { idleSeconds: number; end: Date };

/** A streak as it can be shown: what was really debited of it. */
export type Combo = {
  first: SentGift;
  gifts: number;
  quantity: number;
  coins: number;
  lastAt: Date;
  /** From then on nothing more belongs to it. */
  closesAt: Date;
};

/**
 * The streak that the gifts with one combo id make; nothing when there are none. The one that was debited first says to whom and where
 * it goes and with which gift. Gifts that differ in one of these are in no streak, and so is what was debited after the streak
 * was over. In the order in which gifts are debited a streak only ever grows.
 */
export function comboOf(gifts: SentGift[], rules: ComboRules): Combo | undefined {
  const [first, ...later] = gifts.toSorted(
    (a, b) => a.sentAt.getTime() - b.sentAt.getTime() || (a.giftId < b.giftId ? -1 : 1),
  );
  if (!first) return undefined;
  const closing = (lastAt: Date) => {
    const idle = lastAt.getTime() + rules.idleSeconds * 1_000;
    // Of a streak whose first gift came after the end there is that gift alone.
    return new Date(Math.max(lastAt.getTime(), Math.min(idle, rules.end.getTime())));
  };
  let combo: Combo = { first, gifts: 0, quantity: 0, coins: 0, lastAt: first.sentAt, closesAt: closing(first.sentAt) };
  for (const gift of [first, ...later]) {
    if (gift.sentAt > combo.closesAt) break;
    if (!goesTogether(first, gift)) continue;
    combo = {
      first,
      gifts: combo.gifts + 1,
      quantity: combo.quantity + gift.quantity,
      coins: combo.coins + gift.unitPrice * gift.quantity,
      lastAt: gift.sentAt,
      closesAt: closing(gift.sentAt),
    };
  }
  return combo;
}

function goesTogether(first: SentGift, gift: SentGift): boolean {
  return (
    gift.gift === first.gift &&
    gift.creatorId === first.creatorId &&
    gift.context.type === first.context.type &&
    gift.context.id === first.context.id
  );
}
