import { ExportUserEnvironment } from '../../shared/accounts/environments.ts';
import { exportUser } from '../../shared/accounts/export-user.ts';
import { exportUserRoute } from '../../shared/accounts/routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ExportUserEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const boards = { ...ledger, name: environment.BOARDS_TABLE };

export const handler = endpoint(exportUserRoute, async ({ parameters, query }) => {
  const { limit = '100', cursor } = query;
  const page = await exportUser({ ledger, boards }, { ...parameters, limit: Number(limit), cursor });
  return isRefusal(page) ? page : { value: { ...parameters, ...page } };
});
