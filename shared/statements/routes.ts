import { defineRoute } from '../http/route.ts';
import {
  EarningsSummaryAnswer,
  MonthlyStatementAnswer,
  StatementPath,
  StatementQuery,
  SummaryPath,
  SummaryQuery,
  TaxYearAnswer,
  TaxYearPath,
} from './schemas.ts';

const addingUp =
  'A day is added up once, an hour after its end, when somebody first asks for it; where that takes longer than a request ' +
  'may, the answer is `earnings_not_added_up` until it is done.';

export const summarizeEarningsRoute = defineRoute({
  operationId: 'summarizeEarnings',
  method: 'GET',
  path: '/v1/creators/{creatorId}/earnings/summary',
  scope: 'economy/read',
  summary: 'Chart what a creator earned, day by day',
  description:
    'Days are those of UTC, 92 at most and none after today. A gift counts on the day on which it was credited, mostly within ' +
    'seconds. Its value is what its diamonds are worth at the rate that held then; of reversed gifts, only the diamonds are ' +
    'known. The rankings list 100 names each, and all others as `rest`: the two add up to what was credited. A name that is ' +
    'not among the first 100 of a day counts as `rest` for that day. ' +
    addingUp,
  parameters: SummaryPath,
  query: SummaryQuery,
  status: 200,
  answer: EarningsSummaryAnswer,
  refusals: ['malformed_request', 'creator_not_found', 'earnings_not_added_up'],
  examples: {
    parameters: { creatorId: 'cy' },
    query: { from: '2026-11-20', to: '2026-11-21' },
    answer: {
      creatorId: 'cy',
      from: '2026-11-20',
      to: '2026-11-21',
      total: {
        gifts: 3,
        coins: 2701,
        credited: '1350.5',
        reversed: '0',
        restored: '0',
        value: { amount: 1350, currency: 'USD' },
      },
      days: [
        {
          day: '2026-11-20',
          state: 'final',
          gifts: 0,
          coins: 0,
          credited: '0',
          reversed: '0',
          restored: '0',
          value: { amount: 0, currency: 'USD' },
        },
        {
          day: '2026-11-21',
          state: 'open',
          gifts: 3,
          coins: 2701,
          credited: '1350.5',
          reversed: '0',
          restored: '0',
          value: { amount: 1350, currency: 'USD' },
        },
      ],
      rates: [{ version: '1', coinsPerDiamond: 2, effectiveAt: '2026-01-01T00:00:00.000Z', diamonds: '1350.5' }],
      contexts: {
        first: [{ type: 'live', id: 'live-1', gifts: 3, diamonds: '1350.5' }],
        rest: { gifts: 0, diamonds: '0' },
      },
      gifts: {
        first: [
          { gift: 'luxury_car', gifts: 1, diamonds: '1349.5' },
          { gift: 'rose', gifts: 2, diamonds: '1' },
        ],
        rest: { gifts: 0, diamonds: '0' },
      },
      supporters: { first: [{ userId: 'ana', gifts: 3, diamonds: '1350.5' }], rest: { gifts: 0, diamonds: '0' } },
    },
  },
});

export const getStatementRoute = defineRoute({
  operationId: 'getStatement',
  method: 'GET',
  path: '/v1/creators/{creatorId}/statements/{month}',
  scope: 'economy/read',
  summary: "Read a creator's statement of a month, as JSON or CSV",
  description:
    'What there was, all that moved, and what there is, in diamonds. The opening balances and the changes of all lines make the ' +
    "closing balances, and these are the next month's opening ones. An entry belongs to the month (UTC) in which its making " +
    'began. A month that is not over covers its closed days and is `open`; a `final` one never changes. `?format=csv` answers ' +
    'the lines as CSV, between a row with the opening and one with the closing balances. ' +
    addingUp,
  parameters: StatementPath,
  query: StatementQuery,
  status: 200,
  answer: MonthlyStatementAnswer,
  csv: true,
  refusals: ['malformed_request', 'creator_not_found', 'earnings_not_added_up'],
  examples: {
    parameters: { creatorId: 'cy', month: '2026-11' },
    query: { format: 'json' },
    answer: {
      creatorId: 'cy',
      month: '2026-11',
      state: 'final',
      through: '2026-11-30',
      opening: { available: '100', maturing: '0', held: '0', paidOut: '0', owed: '0' },
      closing: { available: '100', maturing: '0', held: '0', paidOut: '1400', owed: '0' },
      totals: [
        {
          type: 'credit',
          count: 2,
          changes: { available: '1400', maturing: '0', held: '0', paidOut: '0', owed: '0' },
        },
        {
          type: 'payout_hold',
          count: 1,
          changes: { available: '-1400', maturing: '0', held: '1400', paidOut: '0', owed: '0' },
        },
        {
          type: 'payout_paid',
          count: 1,
          changes: { available: '0', maturing: '0', held: '-1400', paidOut: '1400', owed: '0' },
          net: { amount: 1369, currency: 'USD' },
          fee: { amount: 31, currency: 'USD' },
        },
      ],
      lines: [
        {
          day: '2026-11-20',
          type: 'credit',
          count: 2,
          changes: { available: '1400', maturing: '0', held: '0', paidOut: '0', owed: '0' },
        },
        {
          day: '2026-11-21',
          type: 'payout_hold',
          count: 1,
          changes: { available: '-1400', maturing: '0', held: '1400', paidOut: '0', owed: '0' },
        },
        {
          day: '2026-11-21',
          type: 'payout_paid',
          count: 1,
          changes: { available: '0', maturing: '0', held: '-1400', paidOut: '1400', owed: '0' },
          net: { amount: 1369, currency: 'USD' },
          fee: { amount: 31, currency: 'USD' },
        },
      ],
    },
  },
});

export const getTaxYearRoute = defineRoute({
  operationId: 'getTaxYear',
  method: 'GET',
  path: '/v1/creators/{creatorId}/tax-years/{year}',
  scope: 'economy/read',
  summary: 'Read what a creator was paid in a year',
  description:
    'By the day (UTC) on which the provider said that a payout was paid or came back, by currency, in minor units. What came ' +
    'back may have been paid in a year before. A year that is not over covers its closed days and is `open`. ' +
    addingUp,
  parameters: TaxYearPath,
  status: 200,
  answer: TaxYearAnswer,
  refusals: ['malformed_request', 'creator_not_found', 'earnings_not_added_up'],
  examples: {
    parameters: { creatorId: 'cy', year: '2026' },
    answer: {
      creatorId: 'cy',
      year: '2026',
      state: 'open',
      through: '2026-11-21',
      totals: [
        {
          currency: 'USD',
          paid: { count: 3, gross: 4200, fee: 93, net: 4107 },
          returned: { count: 1, gross: 1400, fee: 31, net: 1369 },
        },
      ],
    },
  },
});
