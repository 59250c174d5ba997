import type { World } from '../world.ts';
import type { BookedPayment } from './booked-payment.ts';
import { payPalPayments } from './paypal-books.ts';
import { applePayments, googlePayments } from './store-books.ts';
import { stripePayments } from './stripe-books.ts';

/** Every payment that any provider knows of. */
export async function readBooks(world: World): Promise<BookedPayment[]> {
  const readers = [stripePayments, payPalPayments, applePayments, googlePayments];
  return (await Promise.all(readers.map((read) => read(world)))).flat();
}
