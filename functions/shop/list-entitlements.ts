import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { listEntitlements } from '../../shared/shop/entitlements.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { listEntitlementsRoute } from '../../shared/shop/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(listEntitlementsRoute, async ({ parameters, now }) => {
  const listed = await listEntitlements(ledger, { ...parameters, now });
  return isRefusal(listed) ? listed : { value: listed };
});
