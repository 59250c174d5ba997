import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { revokeBatch } from '../../shared/shop/code-batches.ts';
import { ShopLedgerEnvironment } from '../../shared/shop/environments.ts';
import { setCodeBatchStatusRoute } from '../../shared/shop/operation-routes.ts';
import { presentBatch } from '../../shared/shop/present.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ShopLedgerEnvironment).LEDGER_TABLE);

export const handler = endpoint(setCodeBatchStatusRoute, async ({ parameters, body, caller, now }) => {
  const revoked = await revokeBatch(ledger, { ...parameters, reason: body.reason, caller, now });
  return isRefusal(revoked) ? revoked : { value: presentBatch(revoked) };
});
