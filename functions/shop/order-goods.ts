import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { count } from '../../shared/observability.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { ShopEnvironment } from '../../shared/shop/environments.ts';
import { orderGoodsRoute } from '../../shared/shop/goods-routes.ts';
import { orderGoods } from '../../shared/shop/order-goods.ts';
import { presentOrder } from '../../shared/shop/present.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ShopEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(orderGoodsRoute, async ({ body, idempotencyKey, now }) => {
  const ordered = await orderGoods({ ledger, catalog }, { ...body, orderId: idempotencyKey, now });
  if (isRefusal(ordered)) {
    if (ordered.code === 'out_of_stock') count('GoodsSoldOut');
    return ordered;
  }
  if (!ordered.replayed) count('GoodsOrdered', body.quantity);
  return { value: presentOrder(ordered.order), replayed: ordered.replayed };
});
