import { randomInt, randomUUID } from 'node:crypto';
import { type AppleAuthority, signAsApple } from './apple-authority.ts';
import type { Records } from './record-file.ts';

/** A purchase as Apple keeps and signs it; the names and meanings are Apple's. */
export type SimulatedTransaction = {
  transactionId: string;
  originalTransactionId: string;
  bundleId: string;
  environment: string;
  productId: string;
  type: string;
  quantity: number;
  /** Thousandths of the currency's major unit. */
  price: number;
  currency: string;
  storefront: string;
  storefrontId: string;
  appAccountToken?: string | undefined;
  purchaseDate: number;
  originalPurchaseDate: number;
  inAppOwnershipType: 'PURCHASED';
  transactionReason: 'PURCHASE';
  revocationDate?: number | undefined;
  revocationReason?: 0 | 1 | undefined;
  revocationType?: 'REFUND_FULL' | 'REFUND_PRORATED' | undefined;
  revocationPercentage?: number | undefined;
};

/** What a buyer buys; what is not named is as for one consumable in the US, in this app. */
type Purchase = Pick<SimulatedTransaction, 'productId' | 'appAccountToken'> & {
  [Name in 'type' | 'currency' | 'storefront' | 'bundleId' | 'environment']?: string | undefined;
} & { price?: number | undefined; quantity?: number | undefined };

/** A notification that was sent: Apple lists them for 180 days. */
export type SimulatedNotification = {
  notificationUUID: string;
  notificationType: string;
  transactionId?: string | undefined;
  signedPayload: string;
  signedDate: number;
};

export type AppleApp = { bundleId: string; appAppleId: string; environment: string };

export type AppleBooks = {
  buy(purchase: Purchase): SimulatedTransaction;
  transaction(id: string): SimulatedTransaction | undefined;
  transactions(): SimulatedTransaction[];
  /** The transaction as its app has it. */
  signed(transaction: SimulatedTransaction): string;
  /** The store gives back a part, in thousandths of a percent, or all. */
  refund(id: string, percentage: number | undefined): SimulatedTransaction;
  reverseRefund(id: string): SimulatedTransaction;
  /** The store knows no such purchase any more, and never told of one. */
  forget(id: string): void;
  /** Makes a notification, about a transaction or about none. */
  notify(type: string, data?: { transaction?: SimulatedTransaction } & object): SimulatedNotification;
  notifications(): SimulatedNotification[];
};

/** Apple's side of an app's sales: what was bought and given back, all of it signed. */
export function createAppleBooks({
  app,
  authority,
  transactions,
  notifications,
}: {
  app: AppleApp;
  authority: AppleAuthority;
  transactions: Records<SimulatedTransaction>;
  notifications: Records<SimulatedNotification>;
}): AppleBooks {
  function change(id: string, changes: Partial<SimulatedTransaction>): SimulatedTransaction {
    const known = transactions.get(id);
    if (!known) throw new Error(`There is no transaction ${id}`);
    const changed = { ...known, ...changes };
    transactions.put(id, changed);
    return changed;
  }

  const signed = (transaction: SimulatedTransaction) =>
    signAsApple(authority, { ...transaction, signedDate: Date.now() });

  return {
    buy({ price = 12_990, currency = 'USD', storefront = 'USA', quantity = 1, type = 'Consumable', ...purchase }) {
      const transactionId = `2${String(randomInt(1e12)).padStart(15, '0')}`;
      const now = Date.now();
      const transaction: SimulatedTransaction = {
        transactionId,
        originalTransactionId: transactionId,
        productId: purchase.productId,
        bundleId: purchase.bundleId ?? app.bundleId,
        environment: purchase.environment ?? app.environment,
        ...{ type, quantity, price, currency, storefront },
        storefrontId: '143441',
        appAccountToken: purchase.appAccountToken,
        purchaseDate: now,
        originalPurchaseDate: now,
        inAppOwnershipType: 'PURCHASED',
        transactionReason: 'PURCHASE',
      };
      transactions.put(transactionId, transaction);
      return transaction;
    },

    transaction: (id) => transactions.get(id),
    transactions: () => transactions.values(),
    signed,

    refund(id, percentage) {
      const isWhole = percentage === undefined || percentage === 100_000;
      return change(id, {
        revocationDate: Date.now(),
        revocationReason: 0,
        revocationType: isWhole ? 'REFUND_FULL' : 'REFUND_PRORATED',
        revocationPercentage: percentage ?? 100_000,
      });
    },

    reverseRefund: (id) =>
      change(id, {
        revocationDate: undefined,
        revocationReason: undefined,
        revocationType: undefined,
        revocationPercentage: undefined,
      }),

    forget(id) {
      transactions.delete(id);
      for (const { notificationUUID, transactionId } of notifications.values())
        if (transactionId === id) notifications.delete(notificationUUID);
    },

    notify(notificationType, { transaction, ...more } = {}) {
      const notificationUUID = randomUUID();
      const signedDate = Date.now();
      const data = {
        appAppleId: Number(app.appAppleId),
        bundleId: app.bundleId,
        bundleVersion: '1.0',
        environment: app.environment,
        ...(transaction && { signedTransactionInfo: signed(transaction) }),
        ...more,
      };
      const payload = { notificationType, notificationUUID, version: '2.0', signedDate, data };
      const notification = {
        ...{ notificationUUID, notificationType, signedDate },
        transactionId: transaction?.transactionId,
        signedPayload: signAsApple(authority, payload),
      };
      notifications.put(notificationUUID, notification);
      return notification;
    },

    notifications: () => notifications.values(),
  };
}
