import { readEnvironment } from '../../shared/environment.ts';
import { ListApprovalsEnvironment } from '../../shared/guardians/environments.ts';
import { presentApproval } from '../../shared/guardians/present.ts';
import { listApprovals } from '../../shared/guardians/purchase-approvals.ts';
import { listApprovalsRoute } from '../../shared/guardians/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ListApprovalsEnvironment).LEDGER_TABLE);

export const handler = endpoint(listApprovalsRoute, async ({ parameters, now }) => {
  const approvals = await listApprovals(ledger, parameters, now);
  if (isRefusal(approvals)) return approvals;
  return { value: { approvals: approvals.map((approval) => presentApproval(approval, now)) } };
});
