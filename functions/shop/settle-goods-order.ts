import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { settleGoodsOrderRoute } from '../../shared/shop/goods-routes.ts';
import { presentOrder } from '../../shared/shop/present.ts';
import { settleOrder } from '../../shared/shop/settle-order.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(settleGoodsOrderRoute, async ({ parameters, body, now }) => {
  const order = await settleOrder(ledger, { ...parameters, ...body, now });
  return isRefusal(order) ? order : { value: presentOrder(order) };
});
