import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { count } from '../../shared/observability.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { ShopEnvironment } from '../../shared/shop/environments.ts';
import { presentRedemption } from '../../shared/shop/present.ts';
import { redeemCode } from '../../shared/shop/redeem-code.ts';
import { redeemCodeRoute } from '../../shared/shop/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ShopEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(redeemCodeRoute, async ({ body, idempotencyKey, now }) => {
  const redeemed = await redeemCode({ ledger, catalog }, { ...body, redemptionId: idempotencyKey, now });
  if (isRefusal(redeemed)) {
    count('CodesRefused');
    return redeemed;
  }
  if (!redeemed.replayed) count('CodesRedeemed');
  return { value: presentRedemption(redeemed), replayed: redeemed.replayed };
});
