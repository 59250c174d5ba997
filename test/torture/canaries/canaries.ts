import type { Canary } from './canary.ts';
import { claimCanaries } from './claim-canaries.ts';
import { eventCanaries } from './event-canaries.ts';
import { giftCanaries } from './gift-canaries.ts';
import { payoutCanaries } from './payout-canaries.ts';
import { payoutRunCanaries } from './payout-run-canaries.ts';
import { providerCanaries } from './provider-canaries.ts';
import { rechargeCanaries } from './recharge-canaries.ts';

/** Of money that comes in, and goes back. */
export const paymentCanaries: Canary[] = [...rechargeCanaries, ...claimCanaries, ...providerCanaries];

/** Of money that goes out. */
export const moneyOutCanaries: Canary[] = [...payoutCanaries, ...payoutRunCanaries];

/** Of gifts, and of what is told of them. */
export const giftAndEventCanaries: Canary[] = [...giftCanaries, ...eventCanaries];

export const canaries: Canary[] = [...giftAndEventCanaries, ...moneyOutCanaries, ...paymentCanaries];
