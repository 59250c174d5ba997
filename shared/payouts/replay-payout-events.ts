import type { JobRun } from '../queue/scheduled-job.ts';
import { type ReplaySweep, replayEvents, replaysAtOnce } from '../recharges/replay-events.ts';
import { dueKeys } from '../store/due.ts';
import type { ProviderEvent } from '../store/items/recharge.ts';
import type { Table } from '../store/table.ts';
import { parseKeptNews } from './payout-news.ts';
import { type PayoutProviders, providerNamed } from './payout-provider.ts';
import { settlePayout } from './settle-payout.ts';

/** A call of a provider, with a new token and once again, and the writes after it. */
const reserveMilliseconds = 40_000;

/** Settles payouts again by parked events: by a payment as its provider has it now, or as we were told where it has none. */
export function replayPayoutEvents(
  { ledger, providers }: { ledger: Table; providers: PayoutProviders },
  run: JobRun,
): Promise<ReplaySweep> {
  const replay = async (event: ProviderEvent, now: Date) => {
    const { provider: name, eventId, type, digest, trail = [], report = '' } = event;
    const kept = parseKeptNews(report);
    const provider = await providerNamed(providers, name);
    const news = (await provider.find(kept.itemId)) ?? kept;
    await settlePayout(ledger, { provider: name, eventId, type, digest, news, trail }, now);
  };
  const due = dueKeys(ledger, { kind: 'payout-replay', now: run.now, atOnce: replaysAtOnce });
  return replayEvents(ledger, { due, replay, reserveMilliseconds }, run);
}
