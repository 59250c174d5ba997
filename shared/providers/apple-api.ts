import {
  APIException,
  AppStoreServerAPIClient,
  type ConsumptionRequest,
  DeliveryStatus,
} from '@apple/app-store-server-library';
import { type AppleEnvironment, type AppleVerifier, appleEnvironments } from './apple-signed-data.ts';
import { paymentOf, readAppleTransaction } from './apple-transaction.ts';
import type { Payment } from './payment.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

/** The App Store's side of purchases. All calls throw `ProviderOutcomeUnknown` when Apple gave no answer. */
export type AppleTransactions = {
  /** The purchase as Apple knows it now; nothing when it knows of none, or it is of something else than a consumable. */
  find(transactionId: string): Promise<Payment | undefined>;
  /** A part of what the App Store has notified, or tried to, in a period of the last 180 days, each as it was sent. */
  history(part: HistoryPart): Promise<{ signedPayloads: string[]; next?: string }>;
  /** Says how much of a purchase was used, for a refund that its buyer asks for. Apple may have no use for it (any more). */
  tellConsumption(transactionId: string, consumption: Consumption): Promise<'told' | 'refused'>;
};

/** From when until before when; `after` is the `next` of the part before. */
type HistoryPart = { from: Date; to: Date; after: string | undefined };

type Consumption = {
  /** Whether the coins arrived. */
  isDelivered: boolean;
  /** How much of them is gone, in thousandths of a percent: 100,000 for all. */
  consumedMilliPercent: number;
};

export type AppleConnection = {
  /** Origin of the API: https://api.storekit.apple.com, or that of the sandbox or a simulator. */
  apiUrl: string;
  environment: AppleEnvironment;
  bundleId: string;
  issuerId: string;
  keyId: string;
  /** The In-App Purchase key, as App Store Connect gives it (PEM, PKCS #8). */
  privateKey: string;
  timeoutSeconds: number;
};

export function createAppleTransactions(connection: AppleConnection, verifier: AppleVerifier): AppleTransactions {
  const client = new Client(connection);
  return {
    async find(transactionId) {
      const answer = await answered(client.getTransactionInfo(transactionId), [404]);
      const signed = answer?.signedTransactionInfo;
      const transaction = signed === undefined ? undefined : readAppleTransaction(await verifier.transaction(signed));
      return transaction && paymentOf(transaction);
    },

    async history({ from, to, after }) {
      const period = { startDate: from.getTime(), endDate: to.getTime() - 1 };
      const answer = await answered(client.getNotificationHistory(after ?? null, period), []);
      const { notificationHistory = [], hasMore, paginationToken } = answer ?? {};
      const signedPayloads = notificationHistory.flatMap(({ signedPayload }) => signedPayload ?? []);
      return { signedPayloads, ...(hasMore && paginationToken !== undefined && { next: paginationToken }) };
    },

    async tellConsumption(transactionId, { isDelivered, consumedMilliPercent }) {
      const request: ConsumptionRequest = {
        customerConsented: true,
        consumptionPercentage: consumedMilliPercent,
        deliveryStatus: isDelivered ? DeliveryStatus.DELIVERED : DeliveryStatus.UNDELIVERED_OTHER,
        // What coins are for can be seen in the app before any are bought, but none are given to try.
        sampleContentProvided: false,
      };
      const refused = await answered(
        client.sendConsumptionInformation(transactionId, request).then(() => false),
        [400, 404],
      );
      return refused === undefined ? 'refused' : 'told';
    },
  };
}

/** Apple's client, which knows Apple's own addresses only and waits for an answer for ever. */
class Client extends AppStoreServerAPIClient {
  readonly #connection: AppleConnection;

  constructor(connection: AppleConnection) {
    const { privateKey, keyId, issuerId, bundleId, environment } = connection;
    super(privateKey, keyId, issuerId, bundleId, appleEnvironments[environment]);
    this.#connection = connection;
  }

  protected override async makeFetchRequest(...[path, query, method, body, headers]: FetchArguments) {
    const { apiUrl, timeoutSeconds } = this.#connection;
    const url = new URL(path, apiUrl);
    url.search = query.toString();
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const content = typeof body === 'string' ? { body } : {};
    // Of the response only what all kinds of fetch have in common is used.
    return (await fetch(url, { method, headers, signal, ...content })) as unknown as FetchResponse;
  }
}

type FetchArguments = Parameters<AppStoreServerAPIClient['makeFetchRequest']>;
type FetchResponse = Awaited<ReturnType<AppStoreServerAPIClient['makeFetchRequest']>>;

/** Sets what may be repeated apart from what Apple refused; nothing for the refusals that the caller expects. */
async function answered<Answer>(call: Promise<Answer>, expected: number[]): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof APIException))
      throw new ProviderOutcomeUnknown('The App Store gave no usable answer', { cause: error });
    const { httpStatusCode: status } = error;
    if (expected.includes(status)) return undefined;
    if (status === 429 || status >= 500)
      throw new ProviderOutcomeUnknown(`The App Store answered ${status}`, { cause: error });
    throw new Error(`The App Store refused the request with ${status} (${String(error.apiError)}).`, { cause: error });
  }
}
