import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { DecideApprovalEnvironment } from '../../shared/guardians/environments.ts';
import { presentApproval } from '../../shared/guardians/present.ts';
import { decideApproval } from '../../shared/guardians/purchase-approvals.ts';
import { decideApprovalRoute } from '../../shared/guardians/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(DecideApprovalEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });

export const handler = endpoint(decideApprovalRoute, async ({ parameters, body, now }) => {
  const { approvalHours } = (await catalog.current('spending', now)).value;
  const approval = await decideApproval(ledger, { ...parameters, ...body, approvalHours, now });
  return isRefusal(approval) ? approval : { value: presentApproval(approval, now) };
});
