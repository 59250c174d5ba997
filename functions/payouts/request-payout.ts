import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { RequestPayoutEnvironment } from '../../shared/payouts/environments.ts';
import { presentPayout } from '../../shared/payouts/present-payout.ts';
import { requestPayout } from '../../shared/payouts/request-payout.ts';
import { requestPayoutRoute } from '../../shared/payouts/routes.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(RequestPayoutEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const payouts = connectQueue(environment.PAYOUTS_QUEUE_URL);

export const handler = endpoint(requestPayoutRoute, async ({ body, idempotencyKey, caller, now }) => {
  const { creatorId, diamonds: asked } = body;
  const command = { payoutId: idempotencyKey, creatorId, asked, requestedBy: caller, now };
  const requested = await requestPayout({ ledger, catalog, payouts }, command);
  if (isRefusal(requested)) return requested;
  return { value: presentPayout(requested.payout), replayed: requested.replayed };
});
