import type { PayPalPayouts } from '../providers/paypal-client.ts';
import { parseKeptItem } from '../providers/paypal-item.ts';
import type { ProviderEvent } from '../store/items/recharge.ts';
import type { Table } from '../store/table.ts';
import { settlePayout } from './settle-payout.ts';

/** Settles a payout again by a parked event: by its item as PayPal has it now, or as it was told where PayPal has none. */
export async function replayPayoutEvent(
  { ledger, paypal }: { ledger: Table; paypal: PayPalPayouts },
  event: ProviderEvent,
  now: Date,
): Promise<void> {
  const { eventId, type, digest, trail = [], report = '' } = event;
  const kept = parseKeptItem(report);
  const item = (await paypal.getPayoutItem(kept.payoutItemId)) ?? kept;
  await settlePayout(ledger, { eventId, type, digest, item, trail }, now);
}
