// The files of these two classes alone: the package's index loads every way to get credentials that there is, and
// doubles what a function of Google's takes to start.
import { JWT } from 'google-auth-library/build/src/auth/jwtclient.js';
import { OAuth2Client } from 'google-auth-library/build/src/auth/oauth2client.js';
import * as z from 'zod/mini';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';
import { WebhookRejected } from './webhook-rejected.ts';

export type ServiceAccount = {
  clientEmail: string;
  /** PKCS #8, PEM. */
  privateKey: string;
  /** Where an assertion is exchanged for a token: https://oauth2.googleapis.com/token, or that of a simulator. */
  tokenUrl: string;
  /** Limit for one request, that for a token as well. */
  timeoutSeconds: number;
};

const androidPublisherScope = 'https://www.googleapis.com/auth/androidpublisher';

/** The library asks for tokens at this address, whatever it is configured with. */
const libraryTokenUrl = 'https://oauth2.googleapis.com/token';

/** A client whose requests carry a token of the service account, renewed before it expires. */
export function signInAs({ clientEmail, privateKey, tokenUrl, timeoutSeconds }: ServiceAccount): JWT {
  const client = new JWT({
    email: clientEmail,
    key: privateKey,
    scopes: [androidPublisherScope],
    transporterOptions: { fetchImplementation: fetch, timeout: timeoutSeconds * 1000 },
  });
  client.transporter.interceptors.request.add({
    async resolved(request) {
      if (request.url.href === libraryTokenUrl) {
        request.url = new URL(tokenUrl);
        // Whoever asked repeats the whole call, within a time of its own.
        request.retryConfig = { retry: 0, noResponseRetries: 0 };
      }
      return request;
    },
  });
  return client;
}

/** Proves that Pub/Sub pushed a message for us. @throws WebhookRejected, or ProviderOutcomeUnknown without Google's keys. */
export type PushVerifier = (authorization: string | undefined) => Promise<void>;

export type PushExpectations = {
  /** Where Google publishes the certificates that its tokens are signed with: https://www.googleapis.com/oauth2/v1/certs. */
  certsUrl: string;
  /** The audience of the subscription: the webhook's own address. */
  audience: string;
  /** The e-mail address of the service account that the subscription pushes as. */
  serviceAccount: string;
  timeoutSeconds: number;
};

const issuers = ['https://accounts.google.com', 'accounts.google.com'];

const PushToken = z.object({ email: z.string(), email_verified: z.literal(true) });

/** Keeps Google's certificates for as long as their answer allows. */
export function createPushVerifier(expected: PushExpectations): PushVerifier {
  const client = new OAuth2Client({
    endpoints: { oauth2FederatedSignonPemCertsUrl: expected.certsUrl },
    transporterOptions: { fetchImplementation: fetch, timeout: expected.timeoutSeconds * 1000 },
  });
  return async (authorization) => {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new WebhookRejected('missing_signature', 'it carries no bearer token');
    const { certs } = await client.getFederatedSignonCertsAsync().catch((cause: unknown) => {
      throw new ProviderOutcomeUnknown("Google's certificates could not be read", { cause });
    });
    const ticket = await client
      .verifySignedJwtWithCertsAsync(token, certs, expected.audience, issuers)
      .catch((error: unknown) => {
        // The library's words quote the token, which may be good for somebody; they go no further.
        const isLate = error instanceof Error && /^Token used too (late|early)/.test(error.message);
        throw new WebhookRejected(isLate ? 'stale' : 'bad_signature', 'its token is not of Google for us');
      });
    const claims = z.safeParse(PushToken, ticket.getPayload());
    if (!claims.success || claims.data.email !== expected.serviceAccount)
      throw new WebhookRejected('bad_signature', 'its token is of another service account');
  };
}
