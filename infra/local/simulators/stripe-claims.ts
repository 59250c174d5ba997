import type { Records } from './record-file.ts';
import { newId, nowSeconds, type SimulatedCharge, type SimulatedIntent } from './stripe-books.ts';

/** The fields of a refund that the simulator keeps; the names and meanings are Stripe's. */
export type SimulatedRefund = {
  id: string;
  object: 'refund';
  amount: number;
  charge: string;
  created: number;
  currency: string;
  failure_reason?: string;
  metadata: Record<string, string>;
  payment_intent: string;
  reason: string | null;
  status: 'pending' | 'succeeded' | 'failed';
};

export type SimulatedDispute = {
  id: string;
  object: 'dispute';
  amount: number;
  charge: string;
  created: number;
  currency: string;
  livemode: false;
  metadata: Record<string, string>;
  payment_intent: string;
  reason: string;
  status: 'needs_response' | 'under_review' | 'won' | 'lost';
};

type NewRefund = {
  /** All that is left when absent. */
  amount?: number | undefined;
  metadata?: Record<string, string> | undefined;
  status?: 'pending' | 'succeeded' | undefined;
};

export type StripeClaims = {
  /** Gives back a part, or all that is left; `undefined` when there is not so much left. */
  refund(intentId: string, wanted: NewRefund): SimulatedRefund | undefined;
  /** A refund that was pending arrives; `undefined` in another state. */
  completeRefund(id: string): SimulatedRefund | undefined;
  /** The bank sends a refund back, which may be days after it succeeded; `undefined` when it has failed already. */
  failRefund(id: string): SimulatedRefund | undefined;
  refunds(): SimulatedRefund[];
  /** The buyer's bank takes the money (all of it when `amount` is absent); `undefined` when nothing was paid. */
  dispute(intentId: string, amount: number | undefined): SimulatedDispute | undefined;
  /** The evidence is with the bank. */
  reviewDispute(id: string): SimulatedDispute | undefined;
  /** The bank decides; `undefined` when it has decided already. */
  closeDispute(id: string, status: 'won' | 'lost'): SimulatedDispute | undefined;
  disputes(): SimulatedDispute[];
  /** The card's network suspects fraud; `undefined` when nothing was paid. */
  warn(intentId: string): object | undefined;
};

type Parts = {
  intent: (id: string) => SimulatedIntent | undefined;
  charges: Records<SimulatedCharge>;
  refunds: Records<SimulatedRefund>;
  disputes: Records<SimulatedDispute>;
  announce: (type: string, object: object) => void;
};

/** Stripe's side of money that goes back. Each change tells `announce`, in all the kinds of events that Stripe has for it. */
export function createStripeClaims(parts: Parts): StripeClaims {
  const { charges, refunds, disputes, announce } = parts;
  const chargeOf = (intentId: string) => charges.get(parts.intent(intentId)?.latest_charge ?? '');

  function changeRefund(refund: SimulatedRefund): SimulatedRefund {
    refunds.put(refund.id, refund);
    announce('refund.updated', refund);
    return refund;
  }

  function changeDispute(dispute: SimulatedDispute, ...types: string[]): SimulatedDispute {
    disputes.put(dispute.id, dispute);
    for (const type of types) announce(`charge.dispute.${type}`, dispute);
    return dispute;
  }

  return {
    refund(intentId, { amount: wanted, metadata = {}, status = 'succeeded' }) {
      const charge = chargeOf(intentId);
      const left = charge ? charge.amount - charge.amount_refunded : 0;
      const amount = wanted ?? left;
      if (!charge || amount < 1 || amount > left) return undefined;
      const changed = { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left };
      charges.put(charge.id, changed);
      const refund = newRefund(charge, { amount, metadata, status });
      refunds.put(refund.id, refund);
      announce('refund.created', refund);
      announce('charge.refunded', changed);
      return refund;
    },

    completeRefund(id) {
      const refund = refunds.get(id);
      return refund?.status === 'pending' ? changeRefund({ ...refund, status: 'succeeded' }) : undefined;
    },

    failRefund(id) {
      const refund = refunds.get(id);
      const charge = refund && charges.get(refund.charge);
      if (!refund || !charge || refund.status === 'failed') return undefined;
      charges.put(charge.id, { ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false });
      const failed = changeRefund({ ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card' });
      announce('refund.failed', failed);
      return failed;
    },

    refunds: () => refunds.values(),

    dispute(intentId, amount) {
      const charge = chargeOf(intentId);
      if (!charge) return undefined;
      return changeDispute(newDispute(charge, amount ?? charge.amount), 'created', 'funds_withdrawn');
    },

    reviewDispute(id) {
      const dispute = disputes.get(id);
      if (dispute?.status !== 'needs_response') return undefined;
      return changeDispute({ ...dispute, status: 'under_review' }, 'updated');
    },

    closeDispute(id, status) {
      const dispute = disputes.get(id);
      if (!dispute || dispute.status === 'won' || dispute.status === 'lost') return undefined;
      const types = status === 'won' ? ['funds_reinstated', 'closed'] : ['closed'];
      return changeDispute({ ...dispute, status }, ...types);
    },

    disputes: () => disputes.values(),

    warn(intentId) {
      const charge = chargeOf(intentId);
      if (!charge) return undefined;
      const warning = newWarning(charge);
      announce('radar.early_fraud_warning.created', warning);
      return warning;
    },
  };
}

function newRefund(charge: SimulatedCharge, wanted: Pick<SimulatedRefund, 'amount' | 'metadata' | 'status'>) {
  return {
    id: newId('re_'),
    object: 'refund',
    ...wanted,
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    payment_intent: charge.payment_intent,
    reason: null,
  } satisfies SimulatedRefund;
}

/** Stripe copies the payment's metadata to its charge, and not to disputes, refunds or warnings. */
function newDispute(charge: SimulatedCharge, amount: number): SimulatedDispute {
  return {
    id: newId('du_'),
    object: 'dispute',
    amount,
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: 'fraudulent',
    status: 'needs_response',
  };
}

function newWarning(charge: SimulatedCharge): object {
  return {
    id: newId('issfr_'),
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created: nowSeconds(),
    fraud_type: 'unauthorized_use_of_card',
    livemode: false,
    payment_intent: charge.payment_intent,
  };
}
