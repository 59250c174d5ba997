import { look } from '../providers.ts';
import type { World } from '../world.ts';
import { type BookedPayment, exposure } from './booked-payment.ts';

type Money = { currency: string; value: string };

/** PayPal's sales, as its simulator keeps them. */
export type PayPalSales = {
  orders: { id: string; unit: { reference_id: string; custom_id?: string; amount: Money }; captureId?: string }[];
  captures: { id: string; orderId: string; status: string; amount: Money }[];
  refunds: {
    id: string;
    captureId: string;
    status: string;
    amount: Money;
    custom_id?: string;
    isReversal?: boolean;
  }[];
  disputes: { id: string; captureId: string; status: string; amount: Money; outcome?: string }[];
};

export function lookAtPayPal({ providers }: World): Promise<PayPalSales> {
  return look<PayPalSales>(providers.urls.paypal, 'orders');
}

export async function payPalPayments(world: World): Promise<BookedPayment[]> {
  const sales = await lookAtPayPal(world);
  return sales.orders.map(({ id, unit, captureId }) => {
    const capture = sales.captures.find((one) => one.id === captureId);
    const isPaid = ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED'].includes(capture?.status ?? '');
    const received = isPaid && capture ? minorOf(capture.amount) : 0;
    const refunds = sales.refunds.filter((refund) => refund.captureId === captureId && refund.status !== 'PENDING');
    return {
      provider: 'paypal',
      paymentId: id,
      ...{ rechargeId: unit.custom_id, userId: unit.reference_id },
      quantity: 1,
      currency: unit.amount.currency,
      asked: minorOf(unit.amount),
      ...{ received, isPaid, isOver: false },
      ...exposure(received, {
        gone: goneOf({ received, refunds, disputes: disputesOf(sales, captureId) }),
        atStake: sum(disputesOf(sales, captureId).filter(({ status }) => status !== 'RESOLVED')),
      }),
      refunds: refunds.map(({ custom_id, amount, status }) => ({
        claimId: custom_id,
        amount: minorOf(amount),
        isFailed: status === 'FAILED',
      })),
    };
  });
}

type Gone = Pick<PayPalSales, 'refunds' | 'disputes'> & { received: number };

/** What becomes of a payment that was reversed because of a dispute, the dispute alone says. */
function goneOf({ received, refunds, disputes }: Gone): number {
  const isReversed = disputes.length === 0 && refunds.some(({ isReversal }) => isReversal);
  const given = refunds.filter(({ status, isReversal }) => status === 'COMPLETED' && !isReversal);
  const lost = disputes.filter(({ outcome }) => outcome === 'RESOLVED_BUYER_FAVOUR');
  return (isReversed ? received : 0) + sum(given) + sum(lost);
}

function disputesOf({ disputes }: PayPalSales, captureId: string | undefined): PayPalSales['disputes'] {
  return disputes.filter((dispute) => dispute.captureId === captureId);
}

function sum(all: { amount: Money }[]): number {
  return all.reduce((total, { amount }) => total + minorOf(amount), 0);
}

/** The currencies of the run have two decimals, or none. */
function minorOf({ currency, value }: Money): number {
  return Math.round(Number(value) * (currency === 'JPY' ? 1 : 100));
}
