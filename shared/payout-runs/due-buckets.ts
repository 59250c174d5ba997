import type { PayoutRunSchedule } from '../store/items/payout-run.ts';
import { dueBuckets } from '../store/keys.ts';

/** The buckets of the index in which the creators of each schedule are; each is one chunk of a run. */
export const bucketsOf: Record<PayoutRunSchedule, string[]> = {
  weekly: dueBuckets('payout-weekly'),
  monthly: dueBuckets('payout-monthly'),
};
