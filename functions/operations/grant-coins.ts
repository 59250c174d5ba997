import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { GrantCoinsEnvironment } from '../../shared/operations/environments.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { grantCoinsRoute } from '../../shared/operations/routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(GrantCoinsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(grantCoinsRoute, async ({ body, idempotencyKey, caller, now }) => {
  const granted = await grantCoins({ ledger, catalog }, { ...body, grantId: idempotencyKey, caller, now });
  if (isRefusal(granted)) return granted;
  const { userId, coins } = body;
  return {
    value: { grantId: idempotencyKey, userId, coins, wallet: { coins: granted.coins } },
    replayed: granted.replayed,
  };
});
