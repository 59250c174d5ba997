import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { endPromotion } from '../../shared/shop/end-promotion.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { presentPromotion } from '../../shared/shop/present.ts';
import { endPromotionRoute } from '../../shared/shop/promotion-routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(endPromotionRoute, async ({ parameters, body, now }) => {
  const promotion = await endPromotion(ledger, { ...parameters, ...body, now });
  return isRefusal(promotion) ? promotion : { value: presentPromotion(promotion) };
});
