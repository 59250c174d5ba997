import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { GetRefundEvidenceEnvironment } from '../../shared/operations/environments.ts';
import { refundEvidence } from '../../shared/operations/refund-evidence.ts';
import { getRefundEvidenceRoute } from '../../shared/operations/refund-evidence-routes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(GetRefundEvidenceEnvironment).LEDGER_TABLE);

export const handler = endpoint(getRefundEvidenceRoute, async ({ parameters }) => {
  const evidence = await refundEvidence(ledger, parameters.rechargeId);
  return isRefusal(evidence) ? evidence : { value: evidence };
});
