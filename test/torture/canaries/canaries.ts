import type { Canary } from './canary.ts';
import { giftCanaries } from './gift-canaries.ts';
import { payoutCanaries } from './payout-canaries.ts';
import { rechargeCanaries } from './recharge-canaries.ts';

export const canaries: Canary[] = [...giftCanaries, ...rechargeCanaries, ...payoutCanaries];
