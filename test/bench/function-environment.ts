import { localCredentials, localRegion } from '../../infra/local/credentials.ts';

/** What Lambda and the template set for a function, for all functions at once; nothing of the machine's user. */
export function lambdaEnvironment(variables: Record<string, string> = {}): Record<string, string> {
  return {
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_LEVEL: 'INFO',
    POWERTOOLS_SERVICE_NAME: 'tributary-bench',
    LEDGER_TABLE: 'Ledger',
    CATALOG_TABLE: 'Catalog',
    CREDITS_QUEUE_URL: 'http://127.0.0.1/credits',
    PAYOUTS_QUEUE_URL: 'http://127.0.0.1/payouts',
    PAYOUT_RUNS_QUEUE_URL: 'http://127.0.0.1/payout-runs',
    MATURITY_DAYS: '14',
    PAYOUT_RULES: 'strict',
    STALE_AFTER_SECONDS: '180',
    STRIPE_SECRET_ID: 'stripe',
    STRIPE_API_URL: 'https://api.stripe.com',
    PAYPAL_SECRET_ID: 'paypal',
    PAYPAL_API_URL: 'https://api-m.paypal.com',
    APPLE_SECRET_ID: 'apple',
    APPLE_API_URL: 'https://api.storekit.itunes.apple.com',
    APPLE_ENVIRONMENT: 'Production',
    GOOGLE_SECRET_ID: 'google',
    GOOGLE_PLAY_API_URL: 'https://androidpublisher.googleapis.com',
    GOOGLE_TOKEN_URL: 'https://oauth2.googleapis.com/token',
    GOOGLE_CERTS_URL: 'https://www.googleapis.com/oauth2/v1/certs',
    GOOGLE_PUSH_AUDIENCE: 'https://api.example.com/v1/webhooks/google',
    GOOGLE_TEST_PURCHASES: 'parked',
    ...variables,
  };
}
