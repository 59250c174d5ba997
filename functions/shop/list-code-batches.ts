import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { pageOf, parsePage } from '../../shared/http/page.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { listBatches } from '../../shared/shop/code-batches.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { listCodeBatchesRoute } from '../../shared/shop/operation-routes.ts';
import { presentBatch } from '../../shared/shop/present.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(listCodeBatchesRoute, async ({ query }) => {
  const page = parsePage(query);
  if (isRefusal(page)) return page;
  const listed = pageOf(await listBatches(ledger, page), page, ({ batchId }) => batchId);
  const { lines, ...next } = listed;
  return { value: { batches: lines.map((batch) => presentBatch(batch)), ...next } };
});
