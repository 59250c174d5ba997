import { type CreditMessage, packGifts, type RelayedGift } from '../../shared/earnings/messages.ts';
import { newId } from '../../shared/identifiers.ts';
import { milliDiamonds } from '../../shared/money/units.ts';
import { appId } from './fans.ts';
import { milliDiamondsPerGift } from './peers/contender.ts';

export const hotCreatorId = appId('number', 'creator', 0);

/** Fans who do nothing else here. */
const firstSender = 100_000;

/**
 * New gifts to the hot creator, each of another fan, as the relay packs them when their records are divided among so many
 * workers. They need no debit before: a credit does not look at wallets.
 */
export function hotMessages(gifts: number, workers: number): CreditMessage[] {
  const relayed = Array.from({ length: gifts }, (_, position) => relayedGift(position));
  return Array.from({ length: workers }, (_, worker) => relayed.filter((_, i) => i % workers === worker)).flatMap(
    packGifts,
  );
}

function relayedGift(position: number): RelayedGift & { creatorId: string } {
  const now = new Date();
  return {
    giftId: newId(now),
    senderId: appId('number', 'fan', firstSender + position),
    creatorId: hotCreatorId,
    gift: 'rose',
    quantity: 1,
    unitPrice: 1,
    context: { type: 'live', id: appId('number', 'live', 0) },
    sentAt: now.getTime(),
    milliDiamonds: milliDiamonds(milliDiamondsPerGift),
  };
}
