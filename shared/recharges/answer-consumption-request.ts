import { scale } from '../money/units.ts';
import { logger } from '../observability.ts';
import type { AppleTransactions, Consumption } from '../providers/apple-api.ts';
import { nothingBack, type Recharge } from '../store/items/recharge.ts';
import { parseUser } from '../store/items/user.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { userKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { findRecharge } from './find-recharge.ts';
import { orderOfPayment } from './payment-pointers.ts';
import { appliedEvent, ignoreEvent, type Seen } from './provider-events.ts';
import { unspentCoins } from './unspent-coins.ts';

export type ConsumptionRequest = { transactions: AppleTransactions; transactionId: string; notice: Seen };

/**
 * Tells the App Store how many of the coins of a purchase are gone, when its buyer asks there for the money back and has
 * consented to that being told. Apple waits twelve hours for it, and decides by itself then: a request about a purchase that
 * nobody knows is nothing that an operator could still answer, and the purchase itself is parked when it is told.
 * @throws ProviderOutcomeUnknown when Apple gave no answer; the request must come again.
 */
export async function answerConsumptionRequest(
  ledger: Table,
  { transactions, transactionId, notice }: ConsumptionRequest,
): Promise<void> {
  const rechargeId = notice.subject ?? (await orderOfPayment(ledger, { provider: 'apple', paymentId: transactionId }));
  const order = rechargeId === undefined ? undefined : await findRecharge(ledger, rechargeId);
  if (!order) return ignoreEvent(ledger, notice, 'recharge_unknown');
  if (order.paymentId !== undefined && order.paymentId !== transactionId)
    return ignoreEvent(ledger, notice, 'payment_differs');
  if (!(await hasConsented(ledger, order.userId))) return ignoreEvent(ledger, notice, 'no_consent');
  const consumption = await consumptionOf(ledger, order);
  const told = await transactions.tellConsumption(transactionId, consumption);
  if (told === 'refused') return ignoreEvent(ledger, notice, 'answer_refused');
  logger.info('consumption told', { rechargeId: order.rechargeId, ...consumption });
  // Told again, it would be the same; a repetition finds its event here and leaves it.
  await transact(ledger, [appliedEvent(notice, 'known')]);
}

async function hasConsented(ledger: Table, userId: string): Promise<boolean> {
  const item = await readItem(ledger, userKey(userId));
  return item !== undefined && parseUser(item).refundDataConsent === true;
}

async function consumptionOf(ledger: Table, order: Recharge): Promise<Consumption> {
  const item = order.state === 'paid' ? await readItem(ledger, walletKey(order.userId)) : undefined;
  if (!item) return { isDelivered: false, consumedMilliPercent: 0 };
  const unspent = await unspentCoins(ledger, order, parseWallet(item).paid);
  const { frozenCoins, takenCoins } = order.back ?? nothingBack;
  const consumed = order.coins - unspent - frozenCoins - takenCoins;
  const share = { numerator: 100_000, denominator: order.coins, rounding: 'down' } as const;
  return { isDelivered: true, consumedMilliPercent: scale(Math.max(0, consumed), share) };
}
