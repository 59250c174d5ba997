import type { RecordFile, Records } from './record-file.ts';
import type { SimulatorRoute } from './simulator-server.ts';
import type { RememberedAnswer } from './stripe-calls.ts';
import { stripeRoutes } from './stripe-calls.ts';
import { connectRoutes } from './stripe-connect-api.ts';
import { type AnnounceConnect, createConnectBooks } from './stripe-connect-books.ts';
import { connectControls, simulateBanks } from './stripe-connect-controls.ts';
import type { ConnectedAccount, SimulatedTransfer, StoredBankPayout } from './stripe-connect-records.ts';

/** Keys of their own: the key that may send money takes no payments, and Connect's events are signed with other secrets. */
export type ConnectOptions = {
  apiKey: string;
  /** Signs events about connected accounts. */
  connectWebhookSecret: string;
  /** Signs events about the platform's own account, which go to the same address. */
  accountWebhookSecret: string;
  /** Where both kinds of events go; asked anew for each attempt. */
  webhookUrl: () => string;
};

/** A Stripe's Connect: its routes, its controls, and what ends with it. */
export function createConnect({
  apiKey,
  file,
  announce,
}: {
  apiKey: string;
  file: RecordFile;
  announce: AnnounceConnect;
}): { api: SimulatorRoute[]; controls: SimulatorRoute[]; resume(): void; stop(): void } {
  const answers: Records<RememberedAnswer> = file.records<RememberedAnswer>('connect_idempotency_key');
  const books = createConnectBooks(
    {
      accounts: file.records<ConnectedAccount>('connected_account'),
      transfers: file.records<SimulatedTransfer>('transfer'),
      payouts: file.records<StoredBankPayout>('bank_payout'),
      funds: file.records<number>('connect_funds'),
    },
    (event) => {
      announce(event);
      if (event.type === 'payout.created' && 'id' in event.object) banks.take(String(event.object.id));
    },
  );
  const banks = simulateBanks(books);
  const route = stripeRoutes({ apiKey, answers });
  return {
    api: connectRoutes(route, { books, nextRefusal: banks.nextRefusal }),
    controls: [...banks.controls, ...connectControls(books, answers)],
    resume() {
      for (const id of books.underWay()) banks.take(id);
    },
    stop: banks.stop,
  };
}
