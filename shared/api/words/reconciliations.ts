/** What the reports say that compare the providers' lists with the ledger. */
export const reconciliationsWords = {
  reconciliations: 'The days that were compared, the latest first; 31 at most.',
  from: 'The first day (UTC); 30 days before the last one when absent.',
  to: 'The last day (UTC); today when absent.',
  'Reconciliation.provider': 'Whose list it is.',
  'Reconciliation.day': 'The day (UTC) of which the list was compared.',
  lines: "How many lines of the provider's list were read.",
  totals: 'How many lines came to each outcome, and their amounts, by currency.',
  movement:
    'What the line is about; `unknown` where it cannot be read. A payment that was reversed or charged back is a `dispute`.',
  'totals.outcome':
    '`agreed`; `mended`: the ledger had not heard of it, and has dealt with it now; `unlisted`: credited and not in the ' +
    'list, but paid when asked about; `closed`: an operator has decided about it; `foreign`: something else than coins was ' +
    'sold; `differed`: see the differences.',
  'totals.count': 'How many.',
  'totals.amount': 'Their sum in minor units, without sign.',
  'totals.currency': 'The ISO 4217 code of the currency; `unknown` where it cannot be told.',
  'Reconciliation.differences': 'The first hundred of the differences.',
  'Reconciliation.differences.kind':
    '`paid_not_credited`; `credited_not_paid`; `amount_differs`; `given_back_not_taken`: money went back and the coins did ' +
    'not; `unreadable`: a line that has not the documented shape.',
  lineId: "The provider's id of the line: of a charge, a capture, a refund, a transaction or a notification.",
  'Reconciliation.differences.eventId': 'The parked event by which an operator decides.',
  'Reconciliation.differences.reason':
    'Why the ledger did not take it, or how the provider says that the payment stands.',
  listed: 'What the provider says.',
  'listed.amount': 'In minor units.',
  'listed.currency': 'The ISO 4217 code of the currency.',
  ledger: 'What the order stands for.',
  'ledger.amount': 'In minor units.',
  'ledger.currency': 'The ISO 4217 code of the currency.',
} as const satisfies Record<string, string>;
