import { logger } from '../observability.ts';
import type { AppleTransactions } from '../providers/apple-api.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { appliedEvent, ignoreEvent, type Seen } from './provider-events.ts';
import { orderToTellOf } from './refund-request.ts';
import { useOfCoins } from './use-of-coins.ts';

export type ConsumptionRequest = { transactions: AppleTransactions; transactionId: string; notice: Seen };

/**
 * Tells the App Store how many of the coins of a purchase are gone, when its buyer asks there for the money back and has
 * consented to that being told. Apple waits twelve hours for it, and decides by itself then.
 * @throws ProviderOutcomeUnknown when Apple gave no answer; the request must come again.
 */
export async function answerConsumptionRequest(
  ledger: Table,
  { transactions, transactionId, notice }: ConsumptionRequest,
): Promise<void> {
  const order = await orderToTellOf(ledger, { provider: 'apple', paymentId: transactionId, notice });
  if (!order) return;
  const { isDelivered, consumedMilliPercent } = await useOfCoins(ledger, order);
  const consumption = { isDelivered, consumedMilliPercent };
  const told = await transactions.tellConsumption(transactionId, consumption);
  if (told === 'refused') return ignoreEvent(ledger, notice, 'answer_refused');
  logger.info('consumption told', { rechargeId: order.rechargeId, ...consumption });
  // Told again, it would be the same; a repetition finds its event here and leaves it.
  await transact(ledger, [appliedEvent(notice, 'known')]);
}
