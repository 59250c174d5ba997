import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { StatementsEnvironment } from '../../shared/statements/environments.ts';
import { getStatement } from '../../shared/statements/get-statement.ts';
import { getStatementRoute } from '../../shared/statements/routes.ts';
import { statementCsv } from '../../shared/statements/statement-csv.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(StatementsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalogTable = { ...ledger, name: environment.CATALOG_TABLE };

export const handler = endpoint(getStatementRoute, async ({ parameters, query, now }) => {
  const statement = await getStatement({ ledger, catalogTable }, { ...parameters, now });
  if (isRefusal(statement)) return statement;
  return { value: statement, ...(query.format === 'csv' && { csv: statementCsv(statement) }) };
});
