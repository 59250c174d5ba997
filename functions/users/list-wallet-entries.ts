import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { parsePage } from '../../shared/http/page.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';
import { ListWalletEntriesEnvironment } from '../../shared/users/environments.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { listWalletEntriesRoute } from '../../shared/users/routes.ts';

const ledger = connectTable(readEnvironment(ListWalletEntriesEnvironment).LEDGER_TABLE);

export const handler = endpoint(listWalletEntriesRoute, async ({ parameters, query }) => {
  const page = parsePage(query);
  if (isRefusal(page)) return page;
  const statement = await listWalletEntries({ ledger }, { ...parameters, page });
  return isRefusal(statement) ? statement : { value: statement };
});
