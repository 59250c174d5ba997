import { count, logger } from '../observability.ts';
import type { AdView } from './ad-view.ts';
import type { AdOutcome } from './reward-ad.ts';

/**
 * Counts what became of an ad. Whoever served it is answered the same in any case: the callback was genuine and dealt with, and sending it
 * again would change nothing.
 */
export function countAd({ network, transactionId }: AdView, outcome: AdOutcome): void {
  if (!outcome.rewarded) {
    count('AdsUnrewarded');
    logger.info('ad unrewarded', { network, transactionId, reason: outcome.reason });
  } else if (!outcome.replayed) count('AdsRewarded');
}
