import type { JobRun } from '../queue/scheduled-job.ts';
import { dueKeys } from '../store/due.ts';
import type { ProviderEvent } from '../store/items/recharge.ts';
import { type GoogleNews, parseGoogleSubject } from './google-news.ts';
import { reportListed } from './list-google-voids.ts';
import { lookIntoPurchase } from './look-into-google-purchase.ts';
import type { GoogleStores } from './receive-google-purchase.ts';
import { type ReplaySweep, replayEvents, replaysAtOnce } from './replay-events.ts';

/** Four of Google's calls and the writes after them. */
const reserveMilliseconds = 20_000;

/** Does again what parked events of Google Play mean, by what Google shows now. */
export function replayGoogleEvents(stores: GoogleStores, run: JobRun): Promise<ReplaySweep> {
  const replay = (event: ProviderEvent, now: Date) => replayOne(stores, event, now);
  const due = dueKeys(stores.ledger, { kind: 'google-replay', now: run.now, atOnce: replaysAtOnce });
  return replayEvents(stores.ledger, { due, replay, reserveMilliseconds }, run);
}

async function replayOne(stores: GoogleStores, event: ProviderEvent, now: Date): Promise<void> {
  const { eventId, type, digest, trail = [], report = '' } = event;
  const news: GoogleNews = { eventId, type, digest, now, trail };
  const about = parseGoogleSubject(report);
  if (about.kind === 'listed') return reportListed(stores, about.voided, news);
  await lookIntoPurchase(stores, about, news);
}
