import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { StatementsEnvironment } from '../../shared/statements/environments.ts';
import { getTaxYear } from '../../shared/statements/get-tax-year.ts';
import { getTaxYearRoute } from '../../shared/statements/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StatementsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalogTable = { ...ledger, name: environment.CATALOG_TABLE };

export const handler = endpoint(getTaxYearRoute, async ({ parameters, now }) => {
  const year = await getTaxYear({ ledger, catalogTable }, { ...parameters, now });
  return isRefusal(year) ? year : { value: year };
});
