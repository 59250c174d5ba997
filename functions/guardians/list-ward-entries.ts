import { readEnvironment } from '../../shared/environment.ts';
import { ListWardEntriesEnvironment } from '../../shared/guardians/environments.ts';
import { listWardEntriesRoute } from '../../shared/guardians/routes.ts';
import { refuseStranger } from '../../shared/guardians/ward-of.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { parsePage } from '../../shared/http/page.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';

const ledger = connectTable(readEnvironment(ListWardEntriesEnvironment).LEDGER_TABLE);

export const handler = endpoint(listWardEntriesRoute, async ({ parameters, query, now }) => {
  const page = parsePage(query);
  if (isRefusal(page)) return page;
  const refusal = await refuseStranger(ledger, parameters, now);
  if (refusal) return refusal;
  const statement = await listWalletEntries({ ledger }, { userId: parameters.userId, page });
  return isRefusal(statement) ? statement : { value: statement };
});
