import { PageQuery } from '../http/page.ts';
import { defineRoute } from '../http/route.ts';
import {
  CreatorPath,
  PayoutAnswer,
  PayoutBody,
  PayoutPath,
  PayoutProfileAnswer,
  PayoutProfileBody,
  PayoutsAnswer,
} from './schemas.ts';

const requested = {
  payoutId: '0199e5a0-0000-7000-8000-000000000003',
  creatorId: 'cy',
  state: 'requested',
  diamonds: '1400',
  gross: { amount: 1400, currency: 'USD' },
  fee: { amount: 31, currency: 'USD' },
  net: { amount: 1369, currency: 'USD' },
  method: 'paypal',
  destination: { type: 'email', value: 'c•••@example.com' },
  requestedAt: '2026-11-21T10:10:00.000Z',
  updatedAt: '2026-11-21T10:10:00.000Z',
};

const paid = {
  ...requested,
  state: 'paid',
  providerBatchId: 'BATCH7QK2M4WJX',
  providerState: 'SUCCESS',
  updatedAt: '2026-11-21T10:10:12.000Z',
};

export const putPayoutProfileRoute = defineRoute({
  operationId: 'putPayoutProfile',
  method: 'PUT',
  path: '/v1/creators/{creatorId}/payout-profile',
  scope: 'economy/write',
  summary: 'Set where, when and whether a creator is paid',
  description:
    'A schedule pays everything that can be paid on Mondays (`weekly`) or on the first of each month (`monthly`). Whoever ' +
    'verifies identities reports the result here; the last day it counts on is `expiresOn`. The names are compared and not ' +
    'kept: give both with each request, or `nameMatch` is `unchecked`. What tax data there is stays with you; say whether it is ' +
    'complete. A new destination is paid to only after a time that the rules set (72 hours by default); changes of anything ' +
    "else do not start it again. A `bank` is paid through the creator's connected account at Stripe (`stripe_account`), which is " +
    'set up with Stripe and must have its payouts set to manual. The answer masks the destination.',
  parameters: CreatorPath,
  body: PayoutProfileBody,
  status: 200,
  answer: PayoutProfileAnswer,
  refusals: ['malformed_request', 'creator_not_found', 'body_too_large', 'unsupported_media_type'],
  examples: {
    parameters: { creatorId: 'cy' },
    body: {
      method: 'paypal',
      destination: { type: 'email', value: 'cy@example.com' },
      schedule: 'weekly',
      identity: { state: 'verified', expiresOn: '2028-11-20' },
      names: { legal: 'Cyril Example', atDestination: 'EXAMPLE, Cyril' },
      taxProfile: { state: 'complete', validUntil: '2028-12-31' },
    },
    answer: {
      creatorId: 'cy',
      method: 'paypal',
      destination: { type: 'email', value: 'c•••@example.com' },
      destinationSince: '2026-11-21T10:00:00.000Z',
      schedule: 'weekly',
      identity: { state: 'verified', expiresOn: '2028-11-20' },
      nameMatch: 'matched',
      taxProfile: { state: 'complete', validUntil: '2028-12-31' },
      nextPayoutAt: '2026-11-23T00:00:00.000Z',
      updatedAt: '2026-11-21T10:00:00.000Z',
    },
  },
});

export const requestPayoutRoute = defineRoute({
  operationId: 'requestPayout',
  method: 'POST',
  path: '/v1/payouts',
  scope: 'economy/write',
  summary: 'Withdraw diamonds',
  description:
    'Holds the diamonds and answers at once; the money is sent within seconds. The Idempotency-Key is the id of the payout: ' +
    'a key that succeeded gets its payout again, before any rule is looked at. `all` rounds down to whole cents and leaves ' +
    'the rest. Large payouts answer `awaiting_approval`. Refusals in this order: the creator, a hold, the payout ' +
    'profile (identity, names, tax profile, method, age of the destination), the amount (whole cents, minimum, fee), the limits of the day and week, the diamonds.',
  body: PayoutBody,
  idempotencyKey: true,
  status: 202,
  answer: PayoutAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'creator_not_found',
    'payout_not_allowed',
    'amount_not_payable',
    'payout_limit_reached',
    'insufficient_diamonds',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: { body: { creatorId: 'cy', diamonds: '1400' }, answer: requested },
});

export const getPayoutRoute = defineRoute({
  operationId: 'getPayout',
  method: 'GET',
  path: '/v1/payouts/{payoutId}',
  scope: 'economy/read',
  summary: 'Read a payout',
  description:
    'What was held, skipped, failed or sent back has a `reason`: a stable code, a sentence for the creator, and what to do.',
  parameters: PayoutPath,
  status: 200,
  answer: PayoutAnswer,
  refusals: ['malformed_request', 'payout_not_found'],
  examples: { parameters: { payoutId: paid.payoutId }, answer: paid },
});

export const listPayoutsRoute = defineRoute({
  operationId: 'listPayouts',
  method: 'GET',
  path: '/v1/creators/{creatorId}/payouts',
  scope: 'economy/read',
  summary: "Read a creator's payouts, newest first",
  description: 'Scheduled payouts that were skipped are among them, each with its reason.',
  parameters: CreatorPath,
  query: PageQuery,
  status: 200,
  answer: PayoutsAnswer,
  refusals: ['malformed_request', 'creator_not_found'],
  examples: {
    parameters: { creatorId: 'cy' },
    query: { limit: '25' },
    answer: {
      payouts: [
        paid,
        {
          ...requested,
          payoutId: '0199ca6c-0800-7b1f-a2d4-1c6f0d9e8b75',
          state: 'skipped',
          diamonds: '0',
          gross: { amount: 0, currency: 'USD' },
          fee: { amount: 0, currency: 'USD' },
          net: { amount: 0, currency: 'USD' },
          reason: {
            code: 'identity_unverified',
            sentence: 'The identity of the creator has not been verified.',
            action: 'Have your identity verified.',
          },
          requestedAt: '2026-11-16T06:00:02.000Z',
          updatedAt: '2026-11-16T06:00:02.000Z',
        },
      ],
    },
  },
});
