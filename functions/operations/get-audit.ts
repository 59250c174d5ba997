import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { GetAuditEnvironment } from '../../shared/operations/environments.ts';
import { getAuditRoute } from '../../shared/operations/routes.ts';
import { latestAudit } from '../../shared/operations/run-audit.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(GetAuditEnvironment).LEDGER_TABLE);

export const handler = endpoint(getAuditRoute, async () => {
  const audit = await latestAudit(ledger);
  return isRefusal(audit) ? audit : { value: audit };
});
