import { defineRoute } from '../http/route.ts';
import { PayoutRunAnswer, PayoutRunBody, PayoutRunPath, PayoutRunsAnswer, PayoutRunsQuery } from './schemas.ts';

const run = {
  runId: '0199e5a0-0000-7000-8000-000000000005',
  schedule: 'weekly',
  date: '2026-11-23',
  dryRun: false,
  state: 'running',
  requested: 0,
  skipped: 0,
  failed: 0,
  chunks: { total: 8, finished: 0 },
  startedAt: '2026-11-23T06:00:00.000Z',
  startedBy: 'operations',
};

const cash = (amount: number) => ({ amount, currency: 'USD' });
const key = 'payout-runs/weekly/2026-11-23/0199e5a0-0000-7000-8000-000000000005';

const finished = {
  ...run,
  state: 'finished',
  requested: 41,
  skipped: 3,
  chunks: { total: 8, finished: 8 },
  report: {
    asOf: '2026-11-23T06:05:00.000Z',
    isFinal: false,
    totals: [
      { state: 'paid', count: 40, gross: cash(56_000), fee: cash(1240), net: cash(54_760) },
      { state: 'skipped', count: 3, gross: cash(0), fee: cash(0), net: cash(0) },
      { state: 'submitted', count: 1, gross: cash(1400), fee: cash(31), net: cash(1369) },
    ],
    bucket: 'tributary-reports',
    jsonKey: `${key}.json`,
    csvKey: `${key}.csv`,
  },
  finishedAt: '2026-11-23T06:00:09.000Z',
};

export const startPayoutRunRoute = defineRoute({
  operationId: 'startPayoutRun',
  method: 'POST',
  path: '/v1/operations/payout-runs',
  scope: 'economy/operate',
  summary: 'Pay the creators of a schedule that are due',
  description:
    'Starts a run besides those that the clock starts. It pays every creator whose date has come, and writes why it skipped ' +
    'those that it could not pay. One run of a schedule is on at a time; whatever becomes of a run, nobody is paid twice for a ' +
    'date. With `dryRun` it pays nobody and moves no date: it lists who would be paid what, and who would be skipped and why. ' +
    'The Idempotency-Key is the id of the run.',
  body: PayoutRunBody,
  idempotencyKey: true,
  status: 202,
  answer: PayoutRunAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'payout_run_in_progress',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: { body: { schedule: 'weekly', date: '2026-11-23' }, answer: run },
});

export const getPayoutRunRoute = defineRoute({
  operationId: 'getPayoutRun',
  method: 'GET',
  path: '/v1/operations/payout-runs/{runId}',
  scope: 'economy/operate',
  summary: 'Read a payout run',
  description:
    'What the run has done so far; and, once it is over, where its report is, with what its payouts come to by state. The report ' +
    'is written again until all payouts have ended.',
  parameters: PayoutRunPath,
  status: 200,
  answer: PayoutRunAnswer,
  refusals: ['malformed_request', 'payout_run_not_found'],
  examples: { parameters: { runId: run.runId }, answer: finished },
});

export const listPayoutRunsRoute = defineRoute({
  operationId: 'listPayoutRuns',
  method: 'GET',
  path: '/v1/operations/payout-runs',
  scope: 'economy/operate',
  summary: 'Read the payout runs of a schedule, latest first',
  description: 'Dry runs are among them.',
  query: PayoutRunsQuery,
  status: 200,
  answer: PayoutRunsAnswer,
  refusals: ['malformed_request'],
  examples: { query: { schedule: 'weekly', limit: '25' }, answer: { runs: [finished] } },
});

export const stopPayoutRunRoute = defineRoute({
  operationId: 'stopPayoutRun',
  method: 'POST',
  path: '/v1/operations/payout-runs/{runId}/stop',
  scope: 'economy/operate',
  summary: 'Stop a payout run',
  description:
    'From the answer on, the run requests nothing more; what it requested before is paid. The creators it did not come to ' +
    'stay due: the run can be resumed, and the next run pays them too. A run that ends while it is being stopped answers `finished`.',
  parameters: PayoutRunPath,
  status: 200,
  answer: PayoutRunAnswer,
  refusals: ['malformed_request', 'payout_run_not_found', 'state_conflict'],
  examples: {
    parameters: { runId: run.runId },
    answer: { ...run, state: 'stopped', requested: 17, skipped: 1, stoppedAt: '2026-11-23T06:00:04.000Z' },
  },
});

export const resumePayoutRunRoute = defineRoute({
  operationId: 'resumePayoutRun',
  method: 'POST',
  path: '/v1/operations/payout-runs/{runId}/resume',
  scope: 'economy/operate',
  summary: 'Have a stopped payout run go on',
  description:
    'It goes on where it was. Refused while another run of the schedule is on. Whoever resumes a run counts as who asked for ' +
    'the payouts that it requests from then on, and cannot approve them.',
  parameters: PayoutRunPath,
  status: 202,
  answer: PayoutRunAnswer,
  refusals: ['malformed_request', 'payout_run_not_found', 'payout_run_in_progress', 'state_conflict'],
  examples: {
    parameters: { runId: run.runId },
    answer: { ...run, requested: 17, skipped: 1, resumedBy: 'operations' },
  },
});
