import { closeAccount } from '../../shared/accounts/close-account.ts';
import { CloseAccountEnvironment } from '../../shared/accounts/environments.ts';
import { presentClosure } from '../../shared/accounts/present.ts';
import { closeAccountRoute } from '../../shared/accounts/routes.ts';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(CloseAccountEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(closeAccountRoute, async ({ parameters, body, idempotencyKey, caller, now }) => {
  const { forfeit = false, waiveWithdrawal = false, leaveEarnings = false } = body;
  const request = { ...parameters, forfeit, waiveWithdrawal, leaveEarnings, requestId: idempotencyKey, caller, now };
  const standing = await closeAccount({ ledger, catalog }, request);
  return isRefusal(standing) ? standing : { value: presentClosure(standing), replayed: standing.replayed };
});
