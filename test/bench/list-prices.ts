/**
 * AWS's list prices in us-east-1, on demand, without free tiers, discounts or taxes, in dollars.
 * Taken on 2026-11-21 from the pricing pages of each service (aws.amazon.com/<service>/pricing).
 */
export const listPrices = {
  date: '2026-11-21',
  region: 'us-east-1',
  dynamoDbWriteUnit: 0.625e-6,
  dynamoDbReadUnit: 0.125e-6,
  sqsRequest: 0.4e-6,
  lambdaRequest: 0.2e-6,
  /** arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  httpApiRequest: 1e-6,
  /** Ingested; a month's keeping costs $0.03 more. */
  logGigabyte: 0.5,
};

/**
 * How long a function waits for a call, in milliseconds, as far as it was measured from Lambda; the rest are assumptions, and
 * the same for all contenders. A put 7.6 and a transaction of five items 25: alexdebrie/dynamodb-performance-testing, p50.
 */
export const waits = {
  singleItem: 7.6,
  smallTransaction: 25,
  /** About 90 items; assumed. */
  largeTransaction: 60,
  /** Assumed. */
  sqsSend: 10,
  /** Work of the function itself in each invocation; assumed. */
  own: 2,
  /** A payment provider's answer; assumed. */
  provider: 600,
};

/** All functions have 512 MB. */
export const functionGigabytes = 0.5;

/** Messages that Lambda hands to one invocation of a queue's function while there is traffic. */
export const messagesPerInvocation = 10;

/** Records that Lambda hands to one invocation of the relay while there is traffic, its batch size; an invocation takes about 0.3 ms for each. */
export const recordsPerInvocation = 500;
export const relayMillisecondsPerRecord = 0.3;
