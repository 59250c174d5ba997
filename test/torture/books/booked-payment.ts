import type { ProviderName } from '../../../shared/providers/payment.ts';

/** One payment as its provider's own books have it. Amounts are in minor units of `currency`. */
export type BookedPayment = {
  provider: ProviderName;
  paymentId: string;
  /** What it says that it pays: nothing else is believed. */
  rechargeId: string | undefined;
  userId?: string | undefined;
  productId?: string;
  quantity: number;
  currency: string;
  asked: number;
  received: number;
  /** Whether the money has arrived, wherever it went later. */
  isPaid: boolean;
  /** It went back before anybody had to deliver anything for it. */
  isOver: boolean;
  /** What went back for good, and what may. */
  gone: number;
  atStake: number;
  refunds: BookedRefund[];
  /** At Google Play. */
  consumptions?: number;
};

/** One refund that was asked for through the provider's API or its dashboard; `claimId` is ours. */
type BookedRefund = { claimId: string | undefined; amount: number; isFailed: boolean };

export function sumOf(all: { amount: number }[]): number {
  return all.reduce((sum, { amount }) => sum + amount, 0);
}

/** Together no more than was received. */
export function exposure(received: number, { gone, atStake }: { gone: number; atStake: number }) {
  const isGone = Math.min(received, gone);
  return { gone: isGone, atStake: Math.min(received - isGone, atStake) };
}
