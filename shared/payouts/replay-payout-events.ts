import type { PayPalPayouts } from '../providers/paypal-client.ts';
import { parseKeptItem } from '../providers/paypal-item.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { type ReplaySweep, replayEvents, replaysAtOnce } from '../recharges/replay-events.ts';
import { dueKeys } from '../store/due.ts';
import type { ProviderEvent } from '../store/items/recharge.ts';
import type { Table } from '../store/table.ts';
import { settlePayout } from './settle-payout.ts';

/** A call of PayPal, with a new token and once again, and the writes after it. */
const reserveMilliseconds = 40_000;

/** Settles payouts again by parked events: by an item as PayPal has it now, or as it was told where PayPal has none. */
export function replayPayoutEvents(
  { ledger, paypal }: { ledger: Table; paypal: PayPalPayouts },
  run: JobRun,
): Promise<ReplaySweep> {
  const replay = async ({ eventId, type, digest, trail = [], report = '' }: ProviderEvent, now: Date) => {
    const kept = parseKeptItem(report);
    const item = (await paypal.getPayoutItem(kept.payoutItemId)) ?? kept;
    await settlePayout(ledger, { eventId, type, digest, item, trail }, now);
  };
  const due = dueKeys(ledger, { kind: 'payout-replay', now: run.now, atOnce: replaysAtOnce });
  return replayEvents(ledger, { due, replay, reserveMilliseconds }, run);
}
