import type { AppleVerifier } from '../../../shared/providers/apple-signed-data.ts';
import type { GooglePlay } from '../../../shared/providers/google-play.ts';
import type { StripePayments } from '../../../shared/providers/stripe.ts';
import { currentInvocation } from '../invocation.ts';
import type { Canary } from './canary.ts';

const purchases = { recharge: 25, pay: 30, handIn: 20, disturbProviders: 8, gift: 10, relay: 3, credit: 3 };
const atGoogle = { stripe: 0, google: 1 };

export const providerCanaries: Canary[] = [
  {
    name: 'receipt-credited-to-its-sender',
    breaks:
      'A transaction of the App Store pays the recharge for which it is handed in, and not the one that it names.',
    sabotage: () => ({ appleVerifier: believeTheSender }),
    traffic: { recharge: 30, pay: 30, handIn: 60, disturbProviders: 10 },
    ways: { stripe: 0, apple: 1 },
  },
  {
    name: 'consumed-before-it-is-credited',
    breaks: 'A purchase at Google Play is consumed as soon as it is looked up.',
    sabotage: () => ({ google: consumeAtOnce }),
    traffic: purchases,
    ways: atGoogle,
  },
  {
    name: 'voided-quantity-ignored',
    breaks: 'A purchase at Google Play of which a part was voided counts as voided whole.',
    sabotage: () => ({ google: ignoreQuantities }),
    traffic: { ...purchases, claimBack: 30 },
    ways: atGoogle,
  },
  {
    name: 'withdrawal-under-a-new-reference',
    breaks: 'Each attempt to give back the money of a withdrawal names another refund, so that Stripe gives it again.',
    sabotage() {
      const attempts = new Map<string, number>();
      return { stripe: (payments) => renameRefunds(payments, attempts) };
    },
    traffic: { recharge: 25, pay: 30, withdraw: 30, withdrawAgain: 10, disturbProviders: 14, sweepRecharges: 8 },
  },
];

function believeTheSender(verifier: AppleVerifier): AppleVerifier {
  return {
    ...verifier,
    async transaction(signed) {
      const transaction = (await verifier.transaction(signed)) as object;
      const { pathParameters } = (currentInvocation()?.event ?? {}) as { pathParameters?: { rechargeId?: string } };
      const rechargeId = pathParameters?.rechargeId;
      return rechargeId === undefined ? transaction : { ...transaction, appAccountToken: rechargeId };
    },
  };
}

function consumeAtOnce(play: GooglePlay): GooglePlay {
  return {
    ...play,
    async lookUp(purchaseToken) {
      const purchase = await play.lookUp(purchaseToken);
      if (purchase?.state !== 'purchased' || purchase.isConsumed) return purchase;
      await play.consume(purchase);
      return { ...purchase, isConsumed: true };
    },
  };
}

function ignoreQuantities(play: GooglePlay): GooglePlay {
  return {
    ...play,
    async lookUp(purchaseToken) {
      const purchase = await play.lookUp(purchaseToken);
      if (!purchase || purchase.refundableQuantity === purchase.quantity) return purchase;
      return { ...purchase, refundableQuantity: 0 };
    },
    async listVoided(range) {
      const page = await play.listVoided(range);
      return { ...page, purchases: page.purchases.map(({ voidedQuantity: _, ...voided }) => voided) };
    },
  };
}

function renameRefunds(payments: StripePayments, attempts: Map<string, number>): StripePayments {
  return {
    ...payments,
    refund({ claimId, ...wanted }) {
      const number = (attempts.get(claimId) ?? 0) + 1;
      attempts.set(claimId, number);
      return payments.refund({ ...wanted, claimId: number === 1 ? claimId : `${claimId}-${number}` });
    },
  };
}
