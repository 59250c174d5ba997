import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { count } from '../../shared/observability.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { ShopEnvironment } from '../../shared/shop/environments.ts';
import { presentPurchase } from '../../shared/shop/present.ts';
import { purchaseItem } from '../../shared/shop/purchase-item.ts';
import { purchaseItemRoute } from '../../shared/shop/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ShopEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(purchaseItemRoute, async ({ body, idempotencyKey, now }) => {
  const purchased = await purchaseItem({ ledger, catalog }, { ...body, purchaseId: idempotencyKey, now });
  if (isRefusal(purchased)) return purchased;
  if (!purchased.replayed) {
    count('ItemsPurchased');
    count('CoinsSpent', body.unitPrice);
  }
  return { value: presentPurchase(purchased), replayed: purchased.replayed };
});
