import type { ConnectBooksReport } from '../../infra/local/simulators/stripe-connect-books.ts';
import { lookAtPayPal } from './books/paypal-books.ts';
import { lookAtGoogle } from './books/store-books.ts';
import { look, steer } from './providers.ts';
import type { World } from './world.ts';

type PayPalItem = { senderItemId?: string; status: string };
type Sessions = { sessions: { id: string; status: string; payment_status: string }[] };

/** Providers, banks and buyers come to an end with everything that they still have before them. */
export async function decideAll(world: World): Promise<void> {
  const { urls } = world.providers;
  const { items } = await look<{ items: PayPalItem[] }>(urls.paypal, 'books');
  for (const { senderItemId, status } of items)
    if (['PENDING', 'UNCLAIMED', 'ONHOLD'].includes(status))
      await steer(urls.paypal, `payouts-items/${senderItemId}/complete`);
  const { payouts } = await look<ConnectBooksReport>(urls.stripe, 'connect/books');
  for (const { payoutId, statuses } of payouts)
    if (statuses.some((status) => status === 'pending' || status === 'in_transit'))
      await steer(urls.stripe, `connect/payouts/${payoutId}/pay`);
  const { captures, refunds } = await lookAtPayPal(world);
  for (const { id, status } of captures) if (status === 'PENDING') await steer(urls.paypal, `captures/${id}/complete`);
  for (const { id, status } of refunds) if (status === 'PENDING') await steer(urls.paypal, `refunds/${id}/complete`);
  const { sessions } = await look<Sessions>(urls.stripe, 'checkout_sessions');
  for (const { id, status, payment_status: paid } of sessions)
    if (status === 'complete' && paid === 'unpaid') await steer(urls.stripe, `checkout_sessions/${id}/settle`);
  for (const { purchaseToken, state } of await lookAtGoogle(world))
    if (state === 'PENDING') await steer(urls.google, `purchases/${purchaseToken}/complete`);
}
