/** What payout runs and their reports say. */
export const payoutRunsWords = {
  'PayoutRun.schedule': 'Whose creators it pays.',
  'StartPayoutRunRequest.schedule': 'Whose creators to pay.',
  'PayoutRun.date': 'Creators due on this day (UTC) or before belong to the run.',
  'StartPayoutRunRequest.date':
    'Creators due on this day (UTC) or before are paid; the day of the request when absent. It must not lie in the future.',
  'PayoutRun.dryRun': 'Whether it only says what it would do.',
  'StartPayoutRunRequest.dryRun': 'Pays nobody, and says who would be paid what, and who would be skipped and why.',
  'PayoutRun.state':
    '`running`; `stopping` for the moment that a stop takes; `stopped`, until it is resumed; `finished` when it has come to everybody.',
  requested: 'How many payouts the run has requested; of a dry run, how many it would have.',
  skipped: 'How many creators it could not pay, each with a reason in their list of payouts.',
  failed: 'How many creators met a fault; they stay due for the next run.',
  chunks: 'The parts that the run is worked on in, side by side.',
  'chunks.total': 'How many there are.',
  'chunks.finished': 'How many have come to everybody.',
  'PayoutRun.report': 'The latest report; there once the run is over.',
  'report.asOf': 'When the report was written.',
  'report.isFinal':
    'Whether the run has finished and all its payouts have ended; until then, the report is written again.',
  'report.totals': 'What the payouts of the run come to, by the state they were in.',
  'report.totals.state': 'The state of the payouts.',
  'report.totals.count': 'How many payouts.',
  'report.totals.gross': 'What their diamonds are worth.',
  'report.totals.fee': 'What the platform keeps of it.',
  'report.totals.net': 'What the creators get.',
  ...sums('gross', 'fee', 'net'),
  'report.bucket': 'The S3 bucket with the report; who may read it there is for your account to say.',
  'report.jsonKey': 'The report as JSON.',
  'report.csvKey': 'The report as CSV.',
  startedBy: 'The client of the token, or the schedule.',
  resumedBy: 'The client that last had the stopped run go on.',
  stoppedAt: 'When it was stopped; absent once it goes on.',
  runs: 'The runs, the latest first.',
} as const satisfies Record<string, string>;

function sums(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => [
      [`report.totals.${name}.amount`, 'In the minor unit of the currency.'],
      [`report.totals.${name}.currency`, 'The ISO 4217 code.'],
    ]),
  );
}
