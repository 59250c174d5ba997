import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { changeStock } from '../../shared/shop/change-stock.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { changeStockRoute } from '../../shared/shop/operation-routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(changeStockRoute, async ({ body, idempotencyKey: changeId, caller, now }) => {
  const changed = await changeStock(ledger, { ...body, changeId, changedBy: caller, now });
  if (isRefusal(changed)) return changed;
  return { value: { changeId, change: body.change, ...changed.stock }, replayed: changed.replayed };
});
