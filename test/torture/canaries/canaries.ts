import type { Canary } from './canary.ts';
import { claimCanaries } from './claim-canaries.ts';
import { giftCanaries } from './gift-canaries.ts';
import { payoutCanaries } from './payout-canaries.ts';
import { payoutRunCanaries } from './payout-run-canaries.ts';
import { providerCanaries } from './provider-canaries.ts';
import { rechargeCanaries } from './recharge-canaries.ts';

export const canaries: Canary[] = [
  ...giftCanaries,
  ...rechargeCanaries,
  ...claimCanaries,
  ...providerCanaries,
  ...payoutCanaries,
  ...payoutRunCanaries,
];
