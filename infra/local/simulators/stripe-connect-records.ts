/** The fields of a connected account that the simulator keeps; names and meanings here and below are Stripe's. */
export type ConnectedAccount = {
  id: string;
  object: 'account';
  capabilities: { transfers: 'active' | 'inactive' | 'pending' };
  country: string;
  created: number;
  default_currency: string;
  payouts_enabled: boolean;
  settings: { payouts: { schedule: { interval: 'manual' | 'daily' } } };
};

export type SimulatedTransferReversal = {
  id: string;
  object: 'transfer_reversal';
  amount: number;
  created: number;
  currency: string;
  metadata: Record<string, string>;
  transfer: string;
};

export type SimulatedTransfer = {
  id: string;
  object: 'transfer';
  amount: number;
  amount_reversed: number;
  created: number;
  currency: string;
  description: string | null;
  destination: string;
  livemode: false;
  metadata: Record<string, string>;
  reversals: { object: 'list'; data: SimulatedTransferReversal[]; has_more: false; url: string };
  reversed: boolean;
  source_transaction: null;
  transfer_group: string | null;
};

export type BankPayoutStatus = 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';

export type SimulatedBankPayout = {
  id: string;
  object: 'payout';
  amount: number;
  arrival_date: number;
  automatic: false;
  created: number;
  currency: string;
  description: string | null;
  destination: string;
  failure_code: string | null;
  failure_message: string | null;
  livemode: false;
  metadata: Record<string, string>;
  method: 'standard';
  original_payout: null;
  reversed_by: null;
  status: BankPayoutStatus;
  type: 'bank_account';
};

/** What the simulator knows of a bank payout beside what its API shows. */
export type StoredBankPayout = {
  account: string;
  payout: SimulatedBankPayout;
  /** How often the money reached the bank, and how often it came back from there. */
  timesPaid: number;
  timesBack: number;
};
