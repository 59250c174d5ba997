import { ListCreatorEntriesEnvironment } from '../../shared/earnings/environments.ts';
import { listCreatorEntries } from '../../shared/earnings/list-creator-entries.ts';
import { listCreatorEntriesRoute } from '../../shared/earnings/routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { parsePage } from '../../shared/http/page.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ListCreatorEntriesEnvironment).LEDGER_TABLE);

export const handler = endpoint(listCreatorEntriesRoute, async ({ parameters, query }) => {
  const page = parsePage(query);
  if (isRefusal(page)) return page;
  const statement = await listCreatorEntries({ ledger }, { ...parameters, page });
  return isRefusal(statement) ? statement : { value: statement };
});
