import { createPublicKey, randomUUID, verify } from 'node:crypto';
import * as z from 'zod/mini';
import type { AppleBooks } from './apple-books.ts';
import { parseJson } from './control.ts';
import type { Records } from './record-file.ts';
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';

/** What may call the API: the key of App Store Connect, with its ids, and the app it is for. */
export type AppleKey = { privateKey: string; keyId: string; issuerId: string; bundleId: string };

/** What the app's back end told of a purchase. */
export type SimulatedConsumption = { transactionId: string; at: string } & Record<string, unknown>;

/** https://developer.apple.com/documentation/appstoreserverapi/consumptionrequest */
const Consumption = z.strictObject({
  customerConsented: z.literal(true),
  consumptionPercentage: z.optional(z.int().check(z.minimum(0), z.maximum(100_000))),
  deliveryStatus: z.enum([
    'DELIVERED',
    'UNDELIVERED_QUALITY_ISSUE',
    'UNDELIVERED_WRONG_ITEM',
    'UNDELIVERED_SERVER_OUTAGE',
    'UNDELIVERED_OTHER',
  ]),
  refundPreference: z.optional(z.enum(['DECLINE', 'GRANT_FULL', 'GRANT_PRORATED'])),
  sampleContentProvided: z.boolean(),
});

const HistoryRequest = z.object({
  startDate: z.int(),
  endDate: z.int(),
  notificationType: z.optional(z.string()),
  transactionId: z.optional(z.string()),
});

/** Apple's pages have so many notifications. */
const pageSize = 20;

/** The part of the App Store Server API that is simulated; every route wants a token made with the app's key. */
export function appleApi({
  key,
  books,
  consumptions,
  announce,
}: {
  key: AppleKey;
  books: AppleBooks;
  consumptions: Records<SimulatedConsumption>;
  announce: (type: string) => void;
}): SimulatorRoute[] {
  function route(
    method: SimulatorRoute['method'],
    path: string,
    handle: (request: SimulatorRequest) => SimulatorReply,
  ): SimulatorRoute {
    return {
      method,
      path,
      handle: (request) => (isTokenOf(key, request.headers.authorization) ? handle(request) : unauthorized()),
    };
  }

  return [
    route('GET', '/inApps/v1/transactions/:id', ({ params: { id = '' } }) => {
      const transaction = books.transaction(id);
      return transaction
        ? { status: 200, body: { signedTransactionInfo: books.signed(transaction) } }
        : appleError(404, 4_040_010, 'Transaction id not found.');
    }),
    route('PUT', '/inApps/v2/transactions/consumption/:id', ({ params: { id = '' }, body }) => {
      if (!books.transaction(id)) return appleError(404, 4_040_010, 'Transaction id not found.');
      const parsed = Consumption.safeParse(parseJson(body));
      if (!parsed.success) return appleError(400, 4_000_000, `Bad request: ${parsed.error.issues[0]?.path.join('.')}`);
      consumptions.put(id, { transactionId: id, at: new Date().toISOString(), ...parsed.data });
      return { status: 202, body: '' };
    }),
    route('POST', '/inApps/v1/notifications/history', ({ body, query }) => history(books, parseJson(body), query)),
    route('POST', '/inApps/v1/notifications/test', () => {
      announce('TEST');
      return { status: 200, body: { testNotificationToken: randomUUID() } };
    }),
  ];
}

function history(books: AppleBooks, body: unknown, query: URLSearchParams): SimulatorReply {
  const parsed = HistoryRequest.safeParse(body);
  if (!parsed.success) return appleError(400, 4_000_015, 'Invalid request.');
  const { startDate, endDate, notificationType, transactionId } = parsed.data;
  const wanted = books
    .notifications()
    .filter(({ signedDate }) => signedDate >= startDate && signedDate <= endDate)
    .filter((one) => notificationType === undefined || one.notificationType === notificationType)
    .filter((one) => transactionId === undefined || one.transactionId === transactionId);
  const start = Number(query.get('paginationToken') ?? 0);
  const end = start + pageSize;
  const notificationHistory = wanted.slice(start, end).map(({ signedPayload, signedDate }) => ({
    signedPayload,
    sendAttempts: [{ attemptDate: signedDate, sendAttemptResult: 'SUCCESS' }],
  }));
  const hasMore = end < wanted.length;
  return { status: 200, body: { notificationHistory, hasMore, ...(hasMore && { paginationToken: String(end) }) } };
}

const Claims = z.object({ iss: z.string(), aud: z.literal('appstoreconnect-v1'), bid: z.string(), exp: z.int() });

/** https://developer.apple.com/documentation/appstoreserverapi/generating-json-web-tokens-for-api-requests */
function isTokenOf({ privateKey, keyId, issuerId, bundleId }: AppleKey, authorization = ''): boolean {
  const [header = '', payload = '', signature = ''] = authorization.replace(/^Bearer /, '').split('.');
  const publicKey = createPublicKey(privateKey);
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return false;
  const claims = Claims.safeParse(parseJson(Buffer.from(payload, 'base64url')));
  const { kid } = parseJson(Buffer.from(header, 'base64url')) as { kid?: string };
  return (
    claims.success &&
    kid === keyId &&
    claims.data.iss === issuerId &&
    claims.data.bid === bundleId &&
    claims.data.exp * 1000 > Date.now()
  );
}

/** Apple says nothing else to those whom it does not know. */
function unauthorized(): SimulatorReply {
  return { status: 401, body: 'Unauthenticated\n' };
}

export function appleError(status: number, errorCode: number, errorMessage: string): SimulatorReply {
  return { status, body: { errorCode, errorMessage } };
}
