import { minor } from '../../shared/money/units.ts';
import type { Payment } from '../../shared/providers/payment.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import type { Wallet } from '../../shared/store/items/wallet.ts';

export const now = new Date('2026-11-21T12:00:00.000Z');

export const wallet: Wallet = {
  userId: 'ana',
  region: 'US',
  status: 'active',
  paid: 0,
  owed: 0,
  adultOn: '2013-04-12',
  outbox: {},
  prunedThrough: '',
  spent: {},
  version: 1,
  openedAt: now.toISOString(),
};

export const order: Recharge = {
  rechargeId: '0199e5a0-0000-7000-8000-000000000001',
  userId: 'ana',
  packageId: 'us-app-1000',
  channel: 'app',
  provider: 'stripe',
  region: 'US',
  coins: 1000,
  bonusCoins: 0,
  priceMinor: 1299,
  currency: 'USD',
  catalogVersion: '1',
  state: 'pending',
  paymentId: 'pi_1',
  createdAt: now.toISOString(),
  expiresAt: '2026-11-21T12:15:00.000Z',
  version: 1,
};

export const paid: Payment = {
  provider: 'stripe',
  paymentId: 'pi_1',
  status: 'succeeded',
  amountMinor: minor(1299),
  amountReceivedMinor: minor(1299),
  currency: 'USD',
  rechargeId: order.rechargeId,
  userId: 'ana',
};
