import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { scheduledJob } from '../../../shared/queue/scheduled-job.ts';
import { isRefusal } from '../../../shared/refusals.ts';
import { expireLots } from '../../../shared/users/expire-lots.ts';
import { presentWallet } from '../../../shared/users/get-wallet.ts';
import { setLimitsRoute, takeBreakRoute } from '../../../shared/users/rule-routes.ts';
import { setLimits } from '../../../shared/users/set-limits.ts';
import { takeBreak } from '../../../shared/users/take-break.ts';
import type { Cloud } from './cloud.ts';

/** The functions by which fans limit themselves, and that which ends promotional coins; wired as their files wire them. */
export const ruleFunctions = {
  'set-limits'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return endpoint(setLimitsRoute, async ({ parameters, body: limits, caller, now }) => {
      const wallet = await setLimits({ ledger, catalog }, { ...parameters, limits, caller, now });
      return isRefusal(wallet) ? wallet : { value: presentWallet(wallet, now) };
    });
  },

  'take-break'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return endpoint(takeBreakRoute, async ({ parameters, body, caller, now }) => {
      const wallet = await takeBreak({ ledger, catalog }, { ...parameters, ...body, caller, now });
      return isRefusal(wallet) ? wallet : { value: presentWallet(wallet, now) };
    });
  },

  'expire-lots'({ ledger }: Cloud) {
    return scheduledJob((run) => expireLots(ledger, run));
  },
};
