import { type GoogleNews, type GoogleSubject, occasionOf } from './google-news.ts';
import { parkEvent } from './provider-events.ts';
import { type GoogleStores, orderNamedBy, reportVoided, settleGooglePurchase } from './receive-google-purchase.ts';

type OfPurchase = Exclude<GoogleSubject, { kind: 'listed' }>;

/** Does what a purchase means as Google shows it now, after something was heard of it or of its void. */
export async function lookIntoPurchase(stores: GoogleStores, about: OfPurchase, news: GoogleNews): Promise<void> {
  const purchase = await stores.play.lookUp(about.purchaseToken);
  if (!purchase) {
    const { replay, ...origin } = occasionOf(news, about);
    const { eventId, type } = news;
    return parkEvent(stores.ledger, { ...origin, ...replay, eventId, type, subject: undefined }, 'payment_unknown');
  }
  if (about.kind === 'purchase') return settleGooglePurchase(stores, purchase, news);
  const order = await orderNamedBy(stores, purchase);
  await reportVoided(stores, purchase, { order, news });
}
