import { randomBytes, randomInt } from 'node:crypto';
import type { Records } from './record-file.ts';

/** Google's `Money`. */
export type Money = { currencyCode: string; units: string; nanos: number };

export type SimulatedPurchase = {
  purchaseToken: string;
  orderId?: string;
  productId: string;
  quantity: number;
  refundedQuantity: number;
  state: 'PURCHASED' | 'PENDING' | 'CANCELLED';
  consumptions: number;
  isTest: boolean;
  accountId?: string;
  regionCode: string;
  total: Money;
};

export type SimulatedVoid = {
  purchaseToken: string;
  orderId?: string;
  voidedTimeMillis: string;
  voidedQuantity?: number;
  voidedReason: number;
  voidedSource: number;
};

/** A payment that its buyer has charged back, until Google decides, and what the app's back end had to say of it. */
export type SimulatedReview = { pendingRefundToken: string; orderId: string; accountId?: string; answer?: object };

type Purchase = Partial<{
  productId: string;
  obfuscatedAccountId: string;
  quantity: number;
  total: Money;
  regionCode: string;
  pending: boolean;
  /** Bought by a license tester. */
  test: boolean;
  /** Taken with a promotion's code, which makes no order. */
  free: boolean;
}>;

export type GoogleBooks = {
  purchase(token: string): SimulatedPurchase | undefined;
  order(orderId: string): SimulatedPurchase | undefined;
  purchases(): SimulatedPurchase[];
  voids(): SimulatedVoid[];
  buy(wanted: Purchase): SimulatedPurchase;
  /** The pending payment arrives, or never does. */
  decide(token: string, state: 'PURCHASED' | 'CANCELLED'): SimulatedPurchase | undefined;
  consume(token: string): boolean;
  /** Gives back a number of what was bought, or all that is left. */
  refund(token: string, quantity: number | undefined): { purchase: SimulatedPurchase; isWhole: boolean } | undefined;
  /** As Google does with old tokens. */
  forget(token: string): void;
  /** The buyer goes to the bank; nothing for a purchase that was not paid. */
  chargeBack(token: string): SimulatedReview | undefined;
  reviews(): SimulatedReview[];
  /** Keeps the first answer and takes the others; false when nothing is pending under that token. */
  review(orderId: string, answer: { pendingRefundToken: string }): boolean;
};

/** Google's side of the purchases. */
export function createGoogleBooks({
  purchases,
  voids,
  reviews,
}: {
  purchases: Records<SimulatedPurchase>;
  voids: Records<SimulatedVoid>;
  reviews: Records<SimulatedReview>;
}): GoogleBooks {
  function keep(purchase: SimulatedPurchase): SimulatedPurchase {
    purchases.put(purchase.purchaseToken, purchase);
    return purchase;
  }

  return {
    purchase: (token) => purchases.get(token),
    order: (orderId) => purchases.values().find((purchase) => purchase.orderId === orderId),
    purchases: () => purchases.values(),
    voids: () => voids.values(),

    buy({ productId = 'coins.us.app.1000', quantity = 1, obfuscatedAccountId: accountId, ...wanted }) {
      return keep({
        purchaseToken: `${randomBytes(18).toString('hex')}.AO-J1O${randomBytes(80).toString('base64url')}`,
        ...(!wanted.free && { orderId: newOrderId() }),
        productId,
        quantity,
        refundedQuantity: 0,
        state: wanted.pending ? 'PENDING' : 'PURCHASED',
        consumptions: 0,
        isTest: wanted.test ?? false,
        ...(accountId !== undefined && { accountId }),
        regionCode: wanted.regionCode ?? 'US',
        total: wanted.total ?? { currencyCode: 'USD', units: '12', nanos: 990_000_000 },
      });
    },

    decide(token, state) {
      const purchase = purchases.get(token);
      return purchase?.state === 'PENDING' ? keep({ ...purchase, state }) : undefined;
    },

    consume(token) {
      const purchase = purchases.get(token);
      if (purchase?.state !== 'PURCHASED' || purchase.consumptions > 0) return false;
      keep({ ...purchase, consumptions: purchase.consumptions + 1 });
      return true;
    },

    refund(token, wanted) {
      const purchase = purchases.get(token);
      const left = purchase ? purchase.quantity - purchase.refundedQuantity : 0;
      const quantity = wanted ?? left;
      if (purchase?.state !== 'PURCHASED' || quantity < 1 || quantity > left) return undefined;
      const refundedQuantity = purchase.refundedQuantity + quantity;
      const isWhole = refundedQuantity === purchase.quantity;
      const refunded = keep({ ...purchase, refundedQuantity, ...(isWhole && { state: 'CANCELLED' as const }) });
      const { orderId } = purchase;
      voids.put(randomBytes(8).toString('hex'), {
        purchaseToken: token,
        ...(orderId !== undefined && { orderId }),
        voidedTimeMillis: String(Date.now()),
        ...(!isWhole && { voidedQuantity: quantity }),
        voidedReason: 1,
        voidedSource: 1,
      });
      return { purchase: refunded, isWhole };
    },

    forget: (token) => purchases.delete(token),

    chargeBack(token) {
      const { orderId, accountId } = purchases.get(token) ?? {};
      if (orderId === undefined) return undefined;
      const pendingRefundToken = randomBytes(24).toString('base64url');
      const review = { pendingRefundToken, orderId, ...(accountId !== undefined && { accountId }) };
      reviews.put(pendingRefundToken, review);
      return review;
    },

    reviews: () => reviews.values(),

    review(orderId, answer) {
      const pending = reviews.get(answer.pendingRefundToken);
      if (pending?.orderId !== orderId) return false;
      if (!pending.answer) reviews.put(pending.pendingRefundToken, { ...pending, answer });
      return true;
    },
  };
}

/** `GPA.3372-5534-1234-56789` */
function newOrderId(): string {
  const digits = (count: number) => String(randomInt(10 ** count)).padStart(count, '0');
  return `GPA.${digits(4)}-${digits(4)}-${digits(4)}-${digits(5)}`;
}
