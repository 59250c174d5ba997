import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { findOrder } from '../../shared/shop/find-reservation.ts';
import { getGoodsOrderRoute } from '../../shared/shop/goods-routes.ts';
import { presentOrder } from '../../shared/shop/present.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(getGoodsOrderRoute, async ({ parameters }) => {
  const order = await findOrder(ledger, parameters);
  return isRefusal(order) ? order : { value: presentOrder(order) };
});
