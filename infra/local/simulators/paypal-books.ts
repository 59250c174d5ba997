import { randomInt } from 'node:crypto';
import { type Money, textOf, unitsOf } from './paypal-money.ts';
import type { Records } from './record-file.ts';

type ItemStatus =
  | 'PENDING'
  | 'SUCCESS'
  | 'FAILED'
  | 'UNCLAIMED'
  | 'RETURNED'
  | 'ONHOLD'
  | 'BLOCKED'
  | 'REFUNDED'
  | 'REVERSED';

/** An item as the simulator keeps it; amounts are PayPal's decimal strings. */
export type SimulatedItem = {
  payoutItemId: string;
  payoutBatchId: string;
  senderBatchId: string;
  status: ItemStatus;
  fee: Money;
  transactionId: string | undefined;
  error: { name: string; message: string } | undefined;
  timeProcessed: string;
  /** How often this item's money reached the receiver, and how often it came back. */
  timesPaid: number;
  timesBack: number;
  payoutItem: {
    sender_item_id?: string | undefined;
    recipient_type: string;
    receiver: string;
    amount: Money;
    note?: string | undefined;
    recipient_wallet: 'PAYPAL';
  };
};

export type SimulatedBatch = {
  payoutBatchId: string;
  senderBatchId: string;
  createdAt: string;
  itemIds: string[];
  ended?: 'DENIED' | 'CANCELED';
};

export const moves = ['complete', 'fail', 'return', 'unclaim', 'hold', 'block', 'refund', 'reverse', 'cancel'] as const;
/** What may happen to an item. */
export type Move = (typeof moves)[number];

type Effect = {
  from: ItemStatus[];
  to: ItemStatus;
  event: string;
  error?: { name: string; message: string };
};

const effects: Record<Move, Effect> = {
  complete: { from: ['PENDING', 'UNCLAIMED', 'ONHOLD'], to: 'SUCCESS', event: 'SUCCEEDED' },
  fail: {
    from: ['PENDING', 'ONHOLD'],
    to: 'FAILED',
    event: 'FAILED',
    error: { name: 'RECEIVER_ACCOUNT_INVALID', message: "Receiver's account is invalid." },
  },
  return: { from: ['SUCCESS', 'UNCLAIMED', 'ONHOLD'], to: 'RETURNED', event: 'RETURNED' },
  unclaim: {
    from: ['PENDING'],
    to: 'UNCLAIMED',
    event: 'UNCLAIMED',
    error: {
      name: 'RECEIVER_UNREGISTERED',
      message:
        'The recipient does not have an account. If it is not claimed within 30 days, the money will be returned.',
    },
  },
  hold: {
    from: ['PENDING', 'UNCLAIMED'],
    to: 'ONHOLD',
    event: 'HELD',
    error: { name: 'RISK_DECLINE', message: 'The payout is on hold while it is reviewed.' },
  },
  block: {
    from: ['PENDING', 'ONHOLD'],
    to: 'BLOCKED',
    event: 'BLOCKED',
    error: {
      name: 'REGULATORY_BLOCKED',
      message: 'This transaction is blocked due to regulatory compliance restrictions.',
    },
  },
  refund: { from: ['SUCCESS'], to: 'REFUNDED', event: 'REFUNDED' },
  reverse: { from: ['SUCCESS'], to: 'REVERSED', event: 'REVERSED' },
  cancel: { from: ['UNCLAIMED'], to: 'RETURNED', event: 'CANCELED' },
};

export type Books = {
  items: {
    senderItemId: string | undefined;
    senderBatchId: string;
    payoutItemId: string;
    status: ItemStatus;
    amount: Money;
    timesPaid: number;
    timesBack: number;
  }[];
  /** Per currency: what was paid, what came back, and what is still gone. */
  totals: Record<string, { paid: string; back: string; net: string }>;
};

/** PayPal's side of the money: batches, items and what became of them. Each move tells `announce`. */
export function createPayPalBooks({
  batches,
  items,
  announce,
}: {
  batches: Records<SimulatedBatch>;
  items: Records<SimulatedItem>;
  announce: (eventType: string, item: SimulatedItem) => void;
}) {
  const itemIdBySenderItemId = new Map<string, string>();
  const batchIdBySenderBatchId = new Map<string, string>();
  for (const batch of batches.values()) index(batch);

  function index(batch: SimulatedBatch): void {
    batchIdBySenderBatchId.set(batch.senderBatchId, batch.payoutBatchId);
    for (const id of batch.itemIds) {
      const senderItemId = items.get(id)?.payoutItem.sender_item_id;
      if (senderItemId) itemIdBySenderItemId.set(senderItemId, id);
    }
  }

  return {
    add(batch: SimulatedBatch, added: SimulatedItem[]): void {
      for (const item of added) items.put(item.payoutItemId, item);
      batches.put(batch.payoutBatchId, batch);
      index(batch);
    },
    batch: (id: string) => batches.get(id),
    /** Ends a batch as a whole, named by its sender's id or PayPal's; its items stay as they are, and are never paid. */
    endBatch(id: string, ended: 'DENIED' | 'CANCELED'): SimulatedBatch | undefined {
      const batch = batches.get(batchIdBySenderBatchId.get(id) ?? id);
      if (batch) batches.put(batch.payoutBatchId, { ...batch, ended });
      return batch && { ...batch, ended };
    },
    batchOfSender: (senderBatchId: string) => batches.get(batchIdBySenderBatchId.get(senderBatchId) ?? ''),
    item: (id: string) => items.get(id),
    itemsOf: (batch: SimulatedBatch) => batch.itemIds.flatMap((id) => items.get(id) ?? []),
    items: () => items.values(),
    /** The item that a sender's or PayPal's id names. */
    find: (id: string) => items.get(itemIdBySenderItemId.get(id) ?? id),

    /** Moves an item; `undefined` when it is in no state that allows it. */
    move(id: string, move: Move): SimulatedItem | undefined {
      const item = items.get(id);
      const { from, to, event, error } = effects[move];
      if (!item || !from.includes(item.status)) return undefined;
      const moved: SimulatedItem = {
        ...item,
        status: to,
        error,
        transactionId: item.transactionId ?? newPayPalId(17),
        timeProcessed: new Date().toISOString(),
        timesPaid: item.timesPaid + (to === 'SUCCESS' ? 1 : 0),
        timesBack: item.timesBack + (item.status === 'SUCCESS' ? 1 : 0),
      };
      items.put(id, moved);
      announce(`PAYMENT.PAYOUTS-ITEM.${event}`, moved);
      return moved;
    },

    books: (): Books => booksOf(items.values()),
  };
}

export type PayPalBooks = ReturnType<typeof createPayPalBooks>;

function booksOf(items: SimulatedItem[]): Books {
  const sums = new Map<string, { paid: bigint; back: bigint }>();
  for (const { payoutItem, timesPaid, timesBack } of items) {
    const { currency } = payoutItem.amount;
    const units = unitsOf(payoutItem.amount) ?? 0n;
    const sum = sums.get(currency) ?? { paid: 0n, back: 0n };
    sums.set(currency, { paid: sum.paid + units * BigInt(timesPaid), back: sum.back + units * BigInt(timesBack) });
  }
  const totals = [...sums].map(([currency, { paid, back }]) => {
    const texts = {
      paid: textOf(paid, currency),
      back: textOf(back, currency),
      net: textOf(paid - back, currency),
    };
    return [currency, texts] as const;
  });
  return {
    items: items.map(({ payoutItem, senderBatchId, payoutItemId, status, timesPaid, timesBack }) => ({
      senderItemId: payoutItem.sender_item_id,
      senderBatchId,
      payoutItemId,
      status,
      amount: payoutItem.amount,
      timesPaid,
      timesBack,
    })),
    totals: Object.fromEntries(totals),
  };
}

/** Ids as PayPal writes them: capital letters and digits. */
export function newPayPalId(length = 13): string {
  return Array.from({ length }, () => '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'.charAt(randomInt(32))).join('');
}
