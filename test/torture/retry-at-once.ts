import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

type RetryStrategy = Extract<
  NonNullable<DynamoDBClientConfig['retryStrategy']>,
  { refreshRetryTokenForRetry: unknown }
>;

/** As many attempts of a call as the product's own clients make. */
const attempts = 3;

/** The SDK's retries without their pauses: what is repeated is what the SDK itself takes for repeatable. */
export const retryAtOnce: RetryStrategy = {
  acquireInitialRetryToken: async () => tokenOf(0),
  async refreshRetryTokenForRetry(token, { errorType }) {
    const count = token.getRetryCount() + 1;
    if (errorType === 'CLIENT_ERROR' || count >= attempts) throw new Error('No further attempt is made.');
    return tokenOf(count);
  },
  recordSuccess: () => undefined,
};

function tokenOf(count: number) {
  return { getRetryCount: () => count, getRetryDelay: () => 0 };
}
