import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { StatementsEnvironment } from '../../shared/statements/environments.ts';
import { summarizeEarningsRoute } from '../../shared/statements/routes.ts';
import { summarizeEarnings } from '../../shared/statements/summarize-earnings.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StatementsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalogTable = { ...ledger, name: environment.CATALOG_TABLE };

export const handler = endpoint(summarizeEarningsRoute, async ({ parameters, query, now }) => {
  const summary = await summarizeEarnings({ ledger, catalogTable }, { ...parameters, ...query, now });
  return isRefusal(summary) ? summary : { value: summary };
});
