import type { Money } from './paypal-money.ts';
import type { Records } from './record-file.ts';

/** An order as the simulator keeps it, with what its buyer does when it is captured. */
export type SimulatedOrder = {
  id: string;
  status: 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'COMPLETED';
  unit: { reference_id: string; custom_id?: string; invoice_id?: string; description?: string; amount: Money };
  /** Where PayPal's page leads the buyer afterwards. */
  pages?: { return_url: string; cancel_url: string } | undefined;
  createTime: string;
  updateTime: string;
  captureId?: string;
  /** `isQuiet` when PayPal is to keep silent about it. */
  buyer: { captured?: Money; isPending?: boolean; declines?: string; isQuiet?: boolean };
};

export type SimulatedCapture = {
  id: string;
  orderId: string;
  status: 'COMPLETED' | 'PENDING' | 'DECLINED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  amount: Money;
  custom_id?: string;
  invoice_id?: string;
  createTime: string;
  updateTime: string;
};

export type SimulatedRefund = {
  id: string;
  captureId: string;
  status: 'PENDING' | 'COMPLETED' | 'FAILED';
  amount: Money;
  custom_id?: string;
  /** PayPal or a bank took the money back. */
  isReversal?: boolean;
  createTime: string;
  updateTime: string;
};

export type SimulatedDispute = {
  id: string;
  captureId: string;
  status: 'WAITING_FOR_SELLER_RESPONSE' | 'UNDER_REVIEW' | 'RESOLVED';
  amount: Money;
  outcome?: string;
  createTime: string;
  updateTime: string;
};

export type SaleRecords = {
  orders: Records<SimulatedOrder>;
  captures: Records<SimulatedCapture>;
  refunds: Records<SimulatedRefund>;
  disputes: Records<SimulatedDispute>;
};

export type Approval = SimulatedOrder['buyer'] &
  Partial<Pick<SimulatedOrder['unit'], 'amount' | 'custom_id' | 'reference_id'>>;
