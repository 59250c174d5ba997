import { EraseUserEnvironment } from '../../shared/accounts/environments.ts';
import { eraseUser } from '../../shared/accounts/erase-user.ts';
import { presentErasure } from '../../shared/accounts/present.ts';
import { eraseUserRoute } from '../../shared/accounts/routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(EraseUserEnvironment).LEDGER_TABLE);

export const handler = endpoint(eraseUserRoute, async ({ parameters, idempotencyKey, caller, now }) => {
  const erased = await eraseUser(ledger, { ...parameters, erasureId: idempotencyKey, caller, now });
  return isRefusal(erased) ? erased : { value: presentErasure(erased.erasure), replayed: erased.replayed };
});
