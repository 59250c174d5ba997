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
  ...['debit-without-outbox-condition', 'late-key-takes-the-fast-path', 'credit-without-mark'],
  ...['announcer-swallows-a-failed-send', 'score-counted-twice'],
  ...['claims-without-versions', 'first-in-last-out', 'receipt-credited-to-its-sender'],
  ...['payout-in-a-second-batch', 'transfer-under-a-new-key'],
  ...['limits-without-guard', 'stock-never-runs-out'],
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
