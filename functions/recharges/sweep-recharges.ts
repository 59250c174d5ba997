import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { appleProvider } from '../../shared/recharges/apple-provider.ts';
import { SweepRechargesEnvironment } from '../../shared/recharges/environments.ts';
import { googleProvider } from '../../shared/recharges/google-provider.ts';
import { connectPayPalOrders } from '../../shared/recharges/paypal-connection.ts';
import { payPalProvider } from '../../shared/recharges/paypal-provider.ts';
import { replayEvents } from '../../shared/recharges/replay-events.ts';
import { replayPayPalEvent } from '../../shared/recharges/replay-paypal-event.ts';
import { connectStripe } from '../../shared/recharges/stripe-connection.ts';
import { sweepRecharges } from '../../shared/recharges/sweep-recharges.ts';
import { sweepWithdrawals } from '../../shared/recharges/sweep-withdrawals.ts';
import { dueBuckets } from '../../shared/store/keys.ts';
import { connectTable } from '../../shared/store/table.ts';

/** A look-up that takes longer is made again by the next run; the sweep's reserve of time rests on two attempts of this. */
const stripeTimeoutSeconds = 5;

/** A look-up takes up to four calls: a token, the order, its capture, and the order again. The sweep's reserve holds them all. */
const payPalTimeoutSeconds = 3;

/** Five calls about a disputed payment, and the writes after them. */
const replayReserveMilliseconds = 20_000;

const environment = readEnvironment(SweepRechargesEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connectOrders = connectPayPalOrders(environment, payPalTimeoutSeconds);
const providers = {
  stripe: connectStripe(environment, stripeTimeoutSeconds),
  paypal: async () => payPalProvider(await connectOrders()),
  apple: async () => appleProvider(),
  google: async () => googleProvider(),
};

export const handler = scheduledJob(async (run) => ({
  replays: await replayEvents(
    ledger,
    {
      buckets: dueBuckets('paypal-replay'),
      replay: async (event) => replayPayPalEvent({ ledger, catalog, orders: await connectOrders() }, event, run.now),
      reserveMilliseconds: replayReserveMilliseconds,
    },
    run,
  ),
  withdrawals: await sweepWithdrawals({ ledger, providers }, run),
  recharges: await sweepRecharges({ ledger, catalog, providers }, run),
}));
