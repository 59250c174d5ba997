import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { findPayoutRun } from '../../../shared/payout-runs/find-payout-runs.ts';
import { PayoutRunMessage } from '../../../shared/payout-runs/messages.ts';
import { presentPayoutRun } from '../../../shared/payout-runs/present-payout-run.ts';
import { resumePayoutRun } from '../../../shared/payout-runs/resume-payout-run.ts';
import {
  getPayoutRunRoute,
  resumePayoutRunRoute,
  startPayoutRunRoute,
  stopPayoutRunRoute,
} from '../../../shared/payout-runs/routes.ts';
import { startPayoutRun } from '../../../shared/payout-runs/start-payout-run.ts';
import { stopPayoutRun } from '../../../shared/payout-runs/stop-payout-run.ts';
import { sweepPayoutRuns } from '../../../shared/payout-runs/sweep-payout-runs.ts';
import { workPayoutRun } from '../../../shared/payout-runs/work-payout-run.ts';
import { queueWorker } from '../../../shared/queue/queue-worker.ts';
import { scheduledJob } from '../../../shared/queue/scheduled-job.ts';
import { isRefusal } from '../../../shared/refusals.ts';
import type { Cloud } from './cloud.ts';

/** The functions of payout runs, wired as their files under `functions/` wire them. */
export const payoutRunFunctions = {
  'start-payout-run'({ ledger, runs }: Cloud) {
    return endpoint(startPayoutRunRoute, async ({ body, idempotencyKey, caller, now }) => {
      const started = await startPayoutRun(
        { ledger, runs },
        { runId: idempotencyKey, ...body, startedBy: caller, now },
      );
      return isRefusal(started) ? started : { value: presentPayoutRun(started), replayed: started.replayed };
    });
  },

  'get-payout-run'({ ledger }: Cloud) {
    return endpoint(getPayoutRunRoute, async ({ parameters }) => {
      const found = await findPayoutRun(ledger, parameters);
      return isRefusal(found) ? found : { value: presentPayoutRun(found) };
    });
  },

  'stop-payout-run'({ ledger }: Cloud) {
    return endpoint(stopPayoutRunRoute, async ({ parameters, caller, now }) => {
      const stopped = await stopPayoutRun(ledger, { ...parameters, stoppedBy: caller, now });
      return isRefusal(stopped) ? stopped : { value: presentPayoutRun(stopped) };
    });
  },

  'resume-payout-run'({ ledger, runs }: Cloud) {
    return endpoint(resumePayoutRunRoute, async ({ parameters, caller, now }) => {
      const resumed = await resumePayoutRun({ ledger, runs }, { ...parameters, resumedBy: caller, now });
      return isRefusal(resumed) ? resumed : { value: presentPayoutRun(resumed) };
    });
  },

  'work-payout-run'({ ledger, catalogTable, payouts, runs }: Cloud) {
    // A clock that stands still ends no slice but the shortest, which holds one creator.
    const work = { ledger, catalog: openCatalog(catalogTable), payouts, runs, sliceSeconds: 0 };
    return queueWorker(PayoutRunMessage, (message, now) => workPayoutRun(work, message, now));
  },

  'sweep-payout-runs'({ ledger, runs, reports }: Cloud) {
    return scheduledJob(({ now }) =>
      sweepPayoutRuns({ ledger, runs, reports }, { now, remainingMilliseconds: () => 300_000 }),
    );
  },
};
