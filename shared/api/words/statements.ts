const earned = {
  gifts: 'How many gifts; a combo of five counts as five.',
  coins: 'Coins that the gifts cost.',
  credited: 'Diamonds that they brought.',
  reversed: 'Diamonds that were taken back because a payment went back, with those that are owed.',
  restored: 'Reversed diamonds that came again with the payment.',
  value:
    'What the credited diamonds are worth at the rates that held when they were, rounded down for each version of the rates.',
};

const balances = {
  available: 'Diamonds that can be withdrawn, before what is owed.',
  maturing: 'Diamonds that cannot be withdrawn yet.',
  held: 'Diamonds set aside for payouts under way.',
  paidOut: 'Diamonds that were paid out.',
  owed: 'Diamonds owed for gifts that were taken back after theirs had left.',
};

const movement = {
  type: 'What moved the diamonds; `matured` is the calendar alone.',
  count: 'Of how many entries it is the sum.',
  changes: 'By how much each balance changed; signed.',
  net: 'What the creator got, or what came back.',
  fee: 'What the platform kept of it, or gave back.',
};

const paid = {
  count: 'How many payouts.',
  gross: 'What their diamonds were worth, in minor units.',
  fee: 'What the platform kept of it, in minor units.',
  net: 'What the creator got, in minor units.',
};

function within(places: string[], meanings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    places.flatMap((place) => Object.entries(meanings).map(([name, meaning]) => [`${place}.${name}`, meaning])),
  );
}

/** What summaries, statements and yearly totals say. */
export const statementsWords: Record<string, string> = {
  'SummarizeEarnings.from': 'The first day (UTC).',
  'SummarizeEarnings.to': 'The last day (UTC): today at most, and 91 days after the first.',
  ...within(['EarningsSummary.total', 'EarningsSummary.days'], earned),
  'EarningsSummary.from': 'The first day (UTC).',
  'EarningsSummary.to': 'The last day (UTC).',
  'EarningsSummary.total': 'All days together.',
  'EarningsSummary.days': 'Each day, the first first.',
  'EarningsSummary.days.day': 'The day (UTC) on which the gifts were credited.',
  'EarningsSummary.days.state': 'Whether the day is over (`final`) and its amounts stay as they are.',
  'EarningsSummary.days.partial': 'There when the day has more gifts than a request reads: it came to more than this.',
  'EarningsSummary.rates': 'The rates that held, and what was credited at each.',
  'EarningsSummary.rates.version': 'The version of the rates.',
  'EarningsSummary.rates.effectiveAt': 'From when on they held.',
  'EarningsSummary.rates.diamonds': 'Diamonds credited at them.',
  'EarningsSummary.contexts': 'Where gifts were sent.',
  'EarningsSummary.gifts': 'Which gifts they were.',
  'EarningsSummary.supporters': 'Who sent them.',
  ...within(['EarningsSummary.contexts', 'EarningsSummary.gifts', 'EarningsSummary.supporters'], {
    first: 'Those that brought most, 100 at most. One that was not among the first 100 of a day may have brought more.',
    rest: 'All others together, with the gifts of which the place is not known.',
    'first.gifts': 'How many gifts.',
    'first.diamonds': 'Diamonds that they brought.',
    'rest.gifts': 'How many gifts.',
    'rest.diamonds': 'Diamonds that they brought.',
  }),
  'EarningsSummary.contexts.first.type': 'A live, a video or a comment.',
  'EarningsSummary.contexts.first.id': "The app's id of it.",
  'EarningsSummary.gifts.first.gift': 'The code of the gift.',
  'EarningsSummary.supporters.first.userId': 'The sender.',

  'GetStatement.month': 'The month (UTC), `YYYY-MM`.',
  'MonthlyStatement.month': 'The month (UTC).',
  format: '`csv` answers the lines as CSV; `json` when absent.',
  ...within(['MonthlyStatement', 'TaxYear'], {
    state: '`final` once all its days are over, and then it never changes; `open` before.',
    through: 'The last day that is in it; absent while its first day is not over.',
  }),
  'MonthlyStatement.opening': 'The balances before the first day.',
  'MonthlyStatement.closing': 'The balances after the last day that is in it.',
  ...within(['MonthlyStatement.opening', 'MonthlyStatement.closing'], balances),
  'MonthlyStatement.totals': 'All lines of each type together.',
  'MonthlyStatement.lines': 'All that moved, by the day; the first day first.',
  ...within(['MonthlyStatement.totals', 'MonthlyStatement.lines'], movement),
  ...within(['MonthlyStatement.totals.changes', 'MonthlyStatement.lines.changes'], balances),
  'MonthlyStatement.lines.day': 'The day (UTC).',

  year: 'The year (UTC).',
  'TaxYear.totals': 'What was paid and what came back, by currency.',
  'TaxYear.totals.currency': 'The ISO 4217 code of the currency.',
  'TaxYear.totals.paid': 'Payouts of which the provider said in this year that they were paid.',
  'TaxYear.totals.returned': 'Paid payouts that came back in this year, of this or an earlier one.',
  ...within(['TaxYear.totals.paid', 'TaxYear.totals.returned'], paid),
};
