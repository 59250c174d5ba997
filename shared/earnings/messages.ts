import * as z from 'zod/mini';
import { AppId, UuidV7 } from '../identifiers.ts';
import { OutboxGift } from '../store/items/wallet.ts';

/** A debited gift on its way from the sender's outbox to the creator. */
export const RelayedGift = z.extend(z.omit(OutboxGift, { creatorId: true }), { giftId: UuidV7, senderId: AppId });
export type RelayedGift = z.infer<typeof RelayedGift>;

/** One transaction holds 100 items: a balance, a creator entry, and an entry for each gift. */
const mostGiftsPerMessage = 90;

/** A message of the credits queue: gifts of one creator, credited in one transaction. */
export const CreditMessage = z.object({
  version: z.literal(1),
  creatorId: AppId,
  gifts: z.array(RelayedGift).check(z.minLength(1), z.maxLength(mostGiftsPerMessage)),
});
export type CreditMessage = z.infer<typeof CreditMessage>;

/** Far below SQS's limit of 1 MiB; only gifts paid from a great many promotional lots come near it. */
const mostBytesPerMessage = 200_000;

/** Packs gifts into messages by creator: at most `mostGiftsPerMessage` in each, and no more than a message may carry. */
export function packGifts(gifts: (RelayedGift & { creatorId: string })[]): CreditMessage[] {
  const byCreator = Map.groupBy(gifts, ({ creatorId }) => creatorId);
  return [...byCreator].flatMap(([creatorId, ofCreator]) => {
    const messages: CreditMessage[] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const { creatorId: _, ...gift } of ofCreator) {
      const size = JSON.stringify(gift).length;
      const open = messages.at(-1);
      if (open && open.gifts.length < mostGiftsPerMessage && bytes + size <= mostBytesPerMessage) {
        open.gifts.push(gift);
        bytes += size;
      } else {
        messages.push({ version: 1, creatorId, gifts: [gift] });
        bytes = size;
      }
    }
    return messages;
  });
}
