import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { Day } from '../store/items/common.ts';
import { Reconciliation } from '../store/items/reconciliation.ts';

export const ReconciliationsAnswer = z.object({ reconciliations: z.array(Reconciliation) });

const rechargeId = '0199e5a0-0000-7000-8000-000000000001';

export const listReconciliationsRoute = defineRoute({
  operationId: 'listReconciliations',
  method: 'GET',
  path: '/v1/operations/reconciliations',
  scope: 'economy/operate',
  summary: "Compare a provider's own list with the ledger, day by day",
  description:
    'Every day, what Stripe, PayPal and the App Store list of the day before is compared with the ledger, line by line; the ' +
    'latest days come first, 31 at most. What only had not been heard of is dealt with as if its event had come (`mended`). ' +
    'What is left are `differences`; a difference with an `eventId` is decided by replaying or closing that parked event. ' +
    "An order that was credited and is not in the provider's list is asked about by itself, from a day and a half after it " +
    'was paid until it is found, for a week. Google Play has no such list: it is asked about every purchase before it is credited.',
  query: z.strictObject({
    provider: z.enum(['stripe', 'paypal', 'apple']),
    from: z.optional(Day),
    to: z.optional(Day),
  }),
  status: 200,
  answer: ReconciliationsAnswer,
  refusals: ['malformed_request'],
  examples: {
    query: { provider: 'stripe', from: '2026-11-01', to: '2026-11-20' },
    answer: {
      reconciliations: [
        {
          provider: 'stripe',
          day: '2026-11-20',
          startedAt: '2026-11-21T01:15:00.000Z',
          finishedAt: '2026-11-21T01:15:09.000Z',
          lines: 212,
          totals: [
            { movement: 'payment', outcome: 'agreed', currency: 'USD', count: 208, amount: 270_192 },
            { movement: 'payment', outcome: 'mended', currency: 'USD', count: 1, amount: 1299 },
            { movement: 'refund', outcome: 'agreed', currency: 'USD', count: 2, amount: 2598 },
            { movement: 'payment', outcome: 'differed', currency: 'USD', count: 1, amount: 1298 },
          ],
          differenceCount: 1,
          differences: [
            {
              kind: 'paid_not_credited',
              movement: 'payment',
              lineId: 'ch_3SVxExample',
              paymentId: 'pi_3SVxExample',
              rechargeId,
              eventId: 'lookup-pi_3SVxExample',
              reason: 'amount_differs',
              listed: { amount: 1298, currency: 'USD' },
              ledger: { amount: 1299, currency: 'USD' },
            },
          ],
        },
      ],
    },
  },
});
