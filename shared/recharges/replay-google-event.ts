import type { ProviderEvent } from '../store/items/recharge.ts';
import { type GoogleNews, parseGoogleSubject } from './google-news.ts';
import { reportListed } from './list-google-voids.ts';
import { lookIntoPurchase } from './look-into-google-purchase.ts';
import type { GoogleStores } from './receive-google-purchase.ts';

/** Does again what a parked event of Google Play means, by what Google shows now. */
export async function replayGoogleEvent(stores: GoogleStores, event: ProviderEvent, now: Date): Promise<void> {
  const { eventId, type, digest, trail = [], report = '' } = event;
  const news: GoogleNews = { eventId, type, digest, now, trail };
  const about = parseGoogleSubject(report);
  if (about.kind === 'listed') return reportListed(stores, about.voided, news);
  await lookIntoPurchase(stores, about, news);
}
