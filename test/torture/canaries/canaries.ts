import type { Canary } from './canary.ts';
import { claimCanaries } from './claim-canaries.ts';
import { eventCanaries } from './event-canaries.ts';
import { giftCanaries } from './gift-canaries.ts';
import { payoutCanaries } from './payout-canaries.ts';
import { payoutRunCanaries } from './payout-run-canaries.ts';
import { providerCanaries } from './provider-canaries.ts';
import { rechargeCanaries } from './recharge-canaries.ts';
import { spendingCanaries } from './spending-canaries.ts';

/** Of money that comes in, and goes back. */
export const paymentCanaries: Canary[] = [...rechargeCanaries, ...claimCanaries, ...providerCanaries];

/** Of money that goes out. */
export const moneyOutCanaries: Canary[] = [...payoutCanaries, ...payoutRunCanaries];

/** Of gifts, and of what is told of them. */
export const giftAndEventCanaries: Canary[] = [...giftCanaries, ...eventCanaries];

/** So many of each kind as a test run has time for; `npm run torture -- --canary all` plays all of them. */
const inEveryTestRun = [
  ...['debit-without-outbox-condition', 'late-key-takes-the-fast-path'],
  ...['credit-without-mark', 'relay-swallows-a-failed-send', 'announcer-swallows-a-failed-send'],
  ...['unknown-outcome-taken-for-a-refusal', 'payout-in-a-second-batch'],
  ...['transfer-under-a-new-key', 'date-paid-twice'],
  ...['webhook-without-event-mark', 'claims-without-versions', 'first-in-last-out', 'reversal-step-without-version'],
  ...['receipt-credited-to-its-sender', 'withdrawal-under-a-new-reference'],
  ...['limits-without-guard', 'stock-never-runs-out', 'score-counted-twice'],
];

export const canaries: Canary[] = [
  ...giftAndEventCanaries,
  ...moneyOutCanaries,
  ...paymentCanaries,
  ...spendingCanaries,
];

const unknown = inEveryTestRun.filter((wanted) => !canaries.some(({ name }) => name === wanted));
if (unknown.length > 0) throw new Error(`There is no canary ${unknown.join(', ')}.`);

export function isInEveryTestRun({ name }: Canary): boolean {
  return inEveryTestRun.includes(name);
}
