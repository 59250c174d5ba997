import type { Records } from './record-file.ts';
import { newId, nowSeconds } from './stripe-books.ts';
import type {
  BankPayoutStatus,
  ConnectedAccount,
  SimulatedBankPayout,
  SimulatedTransfer,
  SimulatedTransferReversal,
  StoredBankPayout,
} from './stripe-connect-records.ts';

export const bankMoves = ['send', 'pay', 'fail', 'cancel'] as const;
/** What may happen to a payout on its way to a bank. */
export type BankMove = (typeof bankMoves)[number];

const effects: Record<BankMove, { from: BankPayoutStatus[]; to: BankPayoutStatus; event: string }> = {
  send: { from: ['pending'], to: 'in_transit', event: 'payout.updated' },
  pay: { from: ['pending', 'in_transit'], to: 'paid', event: 'payout.paid' },
  // A bank may send back what Stripe already shows as paid.
  fail: { from: ['pending', 'in_transit', 'paid'], to: 'failed', event: 'payout.failed' },
  cancel: { from: ['pending'], to: 'canceled', event: 'payout.canceled' },
};

/** The platform's money at Stripe until a control sets another amount: enough for whatever is tried. */
const plentyOfMoney = 1_000_000_000_000;

export type ConnectRecords = {
  accounts: Records<ConnectedAccount>;
  transfers: Records<SimulatedTransfer>;
  payouts: Records<StoredBankPayout>;
  /** What controls add to the balances of accounts, in minor units; the platform's is named `platform`. */
  funds: Records<number>;
};

/** An event about a connected account names it; one about the platform itself names none. */
export type AnnounceConnect = (event: { type: string; object: object; account?: string }) => void;

/** Stripe's side of the money that goes to connected accounts and from there to banks. */
export function createConnectBooks(records: ConnectRecords, announce: AnnounceConnect) {
  const { accounts, transfers, payouts, funds } = records;

  function balanceOf(account: string): number {
    const got = sum(
      transfers.values().filter(({ destination }) => destination === account),
      ({ amount, amount_reversed }) => amount - amount_reversed,
    );
    const left = sum(
      payouts.values().filter((stored) => stored.account === account && isGone(stored)),
      amountOf,
    );
    return (funds.get(account) ?? 0) + got - left;
  }

  function platformBalance(): number {
    const sent = sum(transfers.values(), ({ amount, amount_reversed }) => amount - amount_reversed);
    return (funds.get('platform') ?? plentyOfMoney) - sent;
  }

  return {
    accounts,
    balanceOf,
    platformBalance,

    /** Sets what an account has beside what went through here, so that it has `balance`. */
    setBalance(account: string | undefined, balance: number): void {
      const id = account ?? 'platform';
      const now = account === undefined ? platformBalance() : balanceOf(account);
      const added = funds.get(id) ?? (account === undefined ? plentyOfMoney : 0);
      funds.put(id, added + balance - now);
    },

    transfer: (id: string) => transfers.get(id),
    transfers: () => transfers.values(),

    send(order: Pick<SimulatedTransfer, 'amount' | 'currency' | 'destination' | 'metadata' | 'transfer_group'>) {
      const id = newId('tr_');
      const transfer: SimulatedTransfer = {
        id,
        object: 'transfer',
        ...order,
        amount_reversed: 0,
        created: nowSeconds(),
        description: null,
        livemode: false,
        reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
        reversed: false,
        source_transaction: null,
      };
      transfers.put(id, transfer);
      announce({ type: 'transfer.created', object: transfer });
      return transfer;
    },

    /** Takes back a part of a transfer; nothing when the transfer or the account has not so much left. */
    reverse(id: string, wanted: { amount: number; metadata: Record<string, string> }) {
      const transfer = transfers.get(id);
      if (!transfer || wanted.amount > transfer.amount - transfer.amount_reversed) return undefined;
      if (wanted.amount > balanceOf(transfer.destination)) return undefined;
      const reversal: SimulatedTransferReversal = {
        id: newId('trr_'),
        object: 'transfer_reversal',
        ...wanted,
        created: nowSeconds(),
        currency: transfer.currency,
        transfer: id,
      };
      const amountReversed = transfer.amount_reversed + wanted.amount;
      const reversed: SimulatedTransfer = {
        ...transfer,
        amount_reversed: amountReversed,
        reversed: amountReversed === transfer.amount,
        reversals: { ...transfer.reversals, data: [reversal, ...transfer.reversals.data] },
      };
      transfers.put(id, reversed);
      announce({ type: 'transfer.reversed', object: reversed });
      return reversal;
    },

    payout: (id: string) => payouts.get(id),
    underWay: () => payouts.values().flatMap(({ payout }) => (isUnderWay(payout.status) ? [payout.id] : [])),
    payoutsOf: (account: string) => payouts.values().filter((stored) => stored.account === account),

    payOut(account: string, order: Pick<SimulatedBankPayout, 'amount' | 'currency' | 'metadata'>) {
      const payout: SimulatedBankPayout = {
        id: newId('po_'),
        object: 'payout',
        ...order,
        arrival_date: nowSeconds() + 2 * 86_400,
        automatic: false,
        created: nowSeconds(),
        description: null,
        destination: `ba_of_${account}`,
        failure_code: null,
        failure_message: null,
        livemode: false,
        method: 'standard',
        original_payout: null,
        reversed_by: null,
        status: 'pending',
        type: 'bank_account',
      };
      payouts.put(payout.id, { account, payout, timesPaid: 0, timesBack: 0 });
      announce({ type: 'payout.created', object: payout, account });
      return payout;
    },

    /** The payouts to banks that a payout of the platform's names in its metadata, or the one with Stripe's id. */
    find: (name: string) =>
      payouts.values().filter(({ payout }) => payout.id === name || payout.metadata.payoutId === name),

    /** Moves a payout on; nothing when its status does not allow it. */
    move(id: string, move: BankMove, failureCode = 'account_closed'): SimulatedBankPayout | undefined {
      const stored = payouts.get(id);
      const { from, to, event } = effects[move];
      if (!stored || !from.includes(stored.payout.status)) return undefined;
      const failure = { failure_code: failureCode, failure_message: 'The bank did not take the money.' };
      const payout: SimulatedBankPayout = { ...stored.payout, status: to, ...(to === 'failed' && failure) };
      payouts.put(id, {
        ...stored,
        payout,
        timesPaid: stored.timesPaid + (to === 'paid' ? 1 : 0),
        timesBack: stored.timesBack + (stored.payout.status === 'paid' ? 1 : 0),
      });
      announce({ type: event, object: payout, account: stored.account });
      return payout;
    },

    books: (): ConnectBooksReport => reportOf(transfers.values(), payouts.values()),
  };
}

export type ConnectBooks = ReturnType<typeof createConnectBooks>;

/** What happened to the money of each payout of the platform's, in minor units. */
export type ConnectBooksReport = {
  payouts: {
    /** The transfer's group, or the payout's own metadata. */
    payoutId: string;
    currency: string;
    /** What left the platform, in how many transfers, and what came back to it. */
    sentMinor: number;
    transfers: number;
    backMinor: number;
    /** What is at a bank now, and how often money got there and came back. */
    atBankMinor: number;
    timesPaid: number;
    timesBack: number;
    /** The statuses of the payouts to banks, oldest first. */
    statuses: BankPayoutStatus[];
  }[];
};

function reportOf(transfers: SimulatedTransfer[], stored: StoredBankPayout[]): ConnectBooksReport {
  const sent = Map.groupBy(transfers, ({ id, transfer_group }) => transfer_group ?? id);
  const paid = Map.groupBy(stored, ({ payout }) => payout.metadata.payoutId ?? payout.id);
  const payouts = [...new Set([...sent.keys(), ...paid.keys()])].map((payoutId) => {
    const [ofIt, toBanks] = [sent.get(payoutId) ?? [], paid.get(payoutId) ?? []];
    return {
      payoutId,
      currency: (ofIt[0] ?? toBanks[0]?.payout)?.currency ?? '',
      sentMinor: sum(ofIt, ({ amount }) => amount),
      transfers: ofIt.length,
      backMinor: sum(ofIt, ({ amount_reversed }) => amount_reversed),
      atBankMinor: sum(
        toBanks.filter(({ payout }) => payout.status === 'paid'),
        amountOf,
      ),
      timesPaid: sum(toBanks, ({ timesPaid }) => timesPaid),
      timesBack: sum(toBanks, ({ timesBack }) => timesBack),
      statuses: toBanks.map(({ payout }) => payout.status),
    };
  });
  return { payouts };
}

function isUnderWay(status: BankPayoutStatus): boolean {
  return status === 'pending' || status === 'in_transit';
}

function isGone({ payout }: StoredBankPayout): boolean {
  return payout.status !== 'failed' && payout.status !== 'canceled';
}

function amountOf({ payout }: StoredBankPayout): number {
  return payout.amount;
}

function sum<Item>(items: Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
