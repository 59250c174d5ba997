import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { showStock } from '../../shared/shop/change-stock.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { getStockRoute } from '../../shared/shop/operation-routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(getStockRoute, async ({ parameters }) => ({
  value: await showStock(ledger, parameters.item),
}));
