import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { decideApproval } from '../../shared/payouts/approve-payout.ts';
import { ApprovePayoutEnvironment } from '../../shared/payouts/environments.ts';
import { approvePayoutRoute } from '../../shared/payouts/operation-routes.ts';
import { presentPayout } from '../../shared/payouts/present-payout.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ApprovePayoutEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const payouts = connectQueue(environment.PAYOUTS_QUEUE_URL);

export const handler = endpoint(approvePayoutRoute, async ({ parameters, body, caller, now }) => {
  const payout = await decideApproval({ ledger, payouts }, { ...parameters, ...body, decidedBy: caller, now });
  return isRefusal(payout) ? payout : { value: presentPayout(payout) };
});
