import { count } from '../observability.ts';
import type { Sent } from './send-gift.ts';

export function countSent({ gift, replayed }: Sent): void {
  count(replayed ? 'GiftsReplayed' : 'GiftsSent');
  if (!replayed) count('CoinsSpent', gift.unitPrice * gift.quantity);
}
