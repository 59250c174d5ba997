import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { creditGifts } from '../../../shared/earnings/credit-gifts.ts';
import { getEarnings } from '../../../shared/earnings/get-earnings.ts';
import { CreditMessage } from '../../../shared/earnings/messages.ts';
import { putCreator } from '../../../shared/earnings/put-creator.ts';
import { relayGifts } from '../../../shared/earnings/relay-gifts.ts';
import { reverseGifts } from '../../../shared/earnings/reverse-gifts.ts';
import { getEarningsRoute, putCreatorRoute } from '../../../shared/earnings/routes.ts';
import { sweepOutboxes } from '../../../shared/earnings/sweep-outboxes.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { presentProfile } from '../../../shared/payouts/present-payout.ts';
import { putPayoutProfile } from '../../../shared/payouts/put-payout-profile.ts';
import { putPayoutProfileRoute } from '../../../shared/payouts/routes.ts';
import { queueWorker } from '../../../shared/queue/queue-worker.ts';
import { scheduledJob } from '../../../shared/queue/scheduled-job.ts';
import { streamWorker } from '../../../shared/queue/stream-worker.ts';
import { isRefusal } from '../../../shared/refusals.ts';
import { type Cloud, maturityDays, staleAfterSeconds } from './cloud.ts';

/** The functions between a gift and its creator, wired as their files under `functions/` wire them. */
export const creatorFunctions = {
  'put-creator'({ ledger }: Cloud) {
    return endpoint(putCreatorRoute, async ({ parameters, body, now }) => {
      const creator = await putCreator({ ledger }, { ...parameters, ...body, now });
      return isRefusal(creator) ? creator : { value: creator };
    });
  },

  'put-payout-profile'({ ledger }: Cloud) {
    return endpoint(putPayoutProfileRoute, async ({ parameters, body, caller, now }) => {
      const profile = await putPayoutProfile(ledger, { ...parameters, ...body, changedBy: caller, now });
      return isRefusal(profile) ? profile : { value: presentProfile(profile) };
    });
  },

  'get-earnings'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return endpoint(getEarningsRoute, async ({ parameters, now }) => {
      const earnings = await getEarnings({ ledger, catalog }, { ...parameters, now });
      return isRefusal(earnings) ? earnings : { value: earnings };
    });
  },

  'relay-gifts'({ ledger, credits }: Cloud) {
    return streamWorker((records) => relayGifts({ ledger, credits }, records));
  },

  'credit-gifts'({ ledger }: Cloud) {
    return queueWorker(CreditMessage, async (message, now) => {
      await creditGifts({ ledger, maturityDays }, message, now);
    });
  },

  'reverse-gifts'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return scheduledJob((run) => reverseGifts({ ledger, catalog, maturityDays }, run));
  },

  'sweep-outboxes'({ ledger, credits }: Cloud) {
    return scheduledJob((run) => sweepOutboxes({ ledger, credits, staleAfterSeconds }, run));
  },
};
