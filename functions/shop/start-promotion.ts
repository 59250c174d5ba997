import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { ShopEnvironment } from '../../shared/shop/environments.ts';
import { presentPromotion } from '../../shared/shop/present.ts';
import { startPromotionRoute } from '../../shared/shop/promotion-routes.ts';
import { startPromotion } from '../../shared/shop/start-promotion.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ShopEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(startPromotionRoute, async ({ body, idempotencyKey, now }) => {
  const started = await startPromotion({ ledger, catalog }, { ...body, promotionId: idempotencyKey, now });
  if (isRefusal(started)) return started;
  return { value: presentPromotion(started.promotion), replayed: started.replayed };
});
