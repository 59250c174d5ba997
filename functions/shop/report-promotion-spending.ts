import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { count } from '../../shared/observability.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { presentPromotion } from '../../shared/shop/present.ts';
import { reportPromotionSpendingRoute } from '../../shared/shop/promotion-routes.ts';
import { reportSpending } from '../../shared/shop/report-spending.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(reportPromotionSpendingRoute, async ({ parameters, body, idempotencyKey, now }) => {
  const reported = await reportSpending(ledger, { ...parameters, ...body, stepId: idempotencyKey, now });
  if (isRefusal(reported)) return reported;
  const { promotion, spentNow, replayed } = reported;
  if (spentNow > 0) count('PromotionCoinsSpent', spentNow);
  return { value: presentPromotion(promotion), replayed };
});
