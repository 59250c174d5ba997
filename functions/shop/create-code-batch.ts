import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { makeCodes } from '../../shared/shop/code-batches.ts';
import { ShopEnvironment } from '../../shared/shop/environments.ts';
import { createCodeBatchRoute } from '../../shared/shop/operation-routes.ts';
import { presentBatch } from '../../shared/shop/present.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ShopEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(createCodeBatchRoute, async ({ body, idempotencyKey, caller, now }) => {
  const made = await makeCodes({ ledger, catalog }, { ...body, batchId: idempotencyKey, caller, now });
  if (isRefusal(made)) return made;
  return { value: presentBatch(made.batch, made.codes), replayed: made.replayed };
});
