import { look } from '../providers.ts';
import type { World } from '../world.ts';
import type { BookedPayment } from './booked-payment.ts';

/** A purchase as Apple's simulator keeps it; the price is in thousandths of the currency's major unit. */
export type AppleTransaction = {
  transactionId: string;
  appAccountToken?: string;
  productId: string;
  quantity: number;
  price: number;
  currency: string;
  revocationDate?: number;
  revocationPercentage?: number;
};

export async function lookAtApple({ providers }: World): Promise<AppleTransaction[]> {
  const { transactions } = await look<{ transactions: AppleTransaction[] }>(providers.urls.apple, 'transactions');
  return transactions;
}

export async function applePayments(world: World): Promise<BookedPayment[]> {
  return (await lookAtApple(world)).map((bought) => {
    const received = Math.floor(bought.price / (bought.currency === 'JPY' ? 1_000 : 10));
    const { revocationDate, revocationPercentage = 100_000 } = bought;
    return {
      provider: 'apple',
      paymentId: bought.transactionId,
      rechargeId: bought.appAccountToken?.toLowerCase(),
      ...{ productId: bought.productId, quantity: bought.quantity, currency: bought.currency },
      ...{ asked: received, received, isPaid: true, isOver: false },
      gone: revocationDate === undefined ? 0 : Math.floor((received * revocationPercentage) / 100_000),
      atStake: 0,
      refunds: [],
    };
  });
}

/** A purchase as Google's simulator keeps it. */
export type GooglePurchase = {
  purchaseToken: string;
  orderId: string;
  accountId?: string;
  productId: string;
  quantity: number;
  refundedQuantity: number;
  state: 'PURCHASED' | 'PENDING' | 'CANCELLED';
  consumptions: number;
  total: { currencyCode: string; units: string; nanos: number };
};

export async function lookAtGoogle({ providers }: World): Promise<GooglePurchase[]> {
  const { purchases } = await look<{ purchases: GooglePurchase[] }>(providers.urls.google, 'purchases');
  return purchases;
}

export async function googlePayments(world: World): Promise<BookedPayment[]> {
  return (await lookAtGoogle(world)).map((bought) => {
    const { currencyCode: currency, units, nanos } = bought.total;
    const decimals = currency === 'JPY' ? 0 : 2;
    const received = Number(units) * 10 ** decimals + Math.round(nanos / 10 ** (9 - decimals));
    const { quantity, refundedQuantity, state } = bought;
    return {
      provider: 'google',
      paymentId: bought.orderId,
      rechargeId: bought.accountId,
      ...{ productId: bought.productId, quantity, currency, asked: received, received },
      isPaid: state === 'PURCHASED' || refundedQuantity > 0,
      isOver: state === 'CANCELLED',
      gone: Math.floor((received * refundedQuantity) / quantity),
      atStake: 0,
      refunds: [],
      consumptions: bought.consumptions,
    };
  });
}
