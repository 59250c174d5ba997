/** Closing an account, erasing a person, and the export of what is kept. */
export const accountsWords = {
  closureId: 'The Idempotency-Key of the first request to close the account.',
  'Closure.state':
    '`requested` while something stands in the way; `settled` when nothing is left in the wallet, which refuses everything from then on; ' +
    '`closed` when it is done.',
  forfeit: 'Whether the coins that are left are given up. Without it they stand in the way.',
  waiveWithdrawal: 'Whether coins are given up that could be given back for their price (`withdrawable`).',
  leaveEarnings:
    "Whether the account is closed although diamonds of the user's creators are not paid out; they stay theirs and can still be paid out.",
  waitsFor: 'What stands in the way; empty when nothing does.',
  'waitsFor.reason':
    '`wallet_frozen` by an operator; `gifts_waiting` for their credit; `reservations_open`: promotions that run, goods on hold; `orders_open` ' +
    'that can still be paid; `payments_disputed` or on their way back; `earnings_left` with creators of the user; `withdrawal_possible`; `coins_left`.',
  'waitsFor.ids':
    'The gifts, reservations, recharges or creators that it is about; empty where it is about the wallet.',
  withdrawable: 'Recharges whose unused coins can be given back: `POST /v1/recharges/{rechargeId}/withdrawal`.',
  'withdrawable.refund': 'What the buyer would get back.',
  forfeitedCoins: 'Coins that were given up, bought and promotional ones together.',
  'Closure.requestedAt': 'When closing was first asked for.',
  closedAt: 'When the account was closed.',
  erasureId: 'The Idempotency-Key of the request.',
  'Erasure.state': '`running` while something is left to erase, which goes on by itself; `erased`.',
  'Erasure.requestedAt': 'When it was asked for.',
  erasedAt: 'When all was erased that need not be kept.',
  payoutsKeptUntil:
    "Until when the destinations of the payouts of the user's creators are kept, because the law asks for it; they are erased then.",
  'UserExport.items': 'What is kept, in no order that means anything.',
  'items.kind': 'What it is: `wallet`, `user`, `statement_entry`, `recharge`, `payout` …',
  data: 'As it is kept: amounts in coins, milli-diamonds and minor units.',
} as const satisfies Record<string, string>;
