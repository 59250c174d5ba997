import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { appleProvider } from '../../shared/recharges/apple-provider.ts';
import { SweepRechargesEnvironment } from '../../shared/recharges/environments.ts';
import { googleProvider } from '../../shared/recharges/google-provider.ts';
import { connectPayPalOrders } from '../../shared/recharges/paypal-connection.ts';
import { payPalProvider } from '../../shared/recharges/paypal-provider.ts';
import { replayPayPalEvents } from '../../shared/recharges/replay-paypal-events.ts';
import { connectStripe } from '../../shared/recharges/stripe-connection.ts';
import { sweepRecharges } from '../../shared/recharges/sweep-recharges.ts';
import { sweepWithdrawals } from '../../shared/recharges/sweep-withdrawals.ts';
import { connectTable } from '../../shared/store/table.ts';

/** A look-up that takes longer is made again by the next run; the sweep's reserve of time rests on two attempts of this. */
const stripeTimeoutSeconds = 5;

/** A look-up takes up to four calls: a token, the order, its capture, and the order again. The sweep's reserve holds them all. */
const payPalTimeoutSeconds = 3;

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
  replays: await replayPayPalEvents({ ledger, catalog, connectOrders }, run),
  withdrawals: await sweepWithdrawals({ ledger, providers }, run),
  recharges: await sweepRecharges({ ledger, catalog, providers }, run),
}));
