import * as z from 'zod/mini';
import { AppId } from '../identifiers.ts';
import { WebhookRejected } from '../providers/webhook-rejected.ts';
import { type AdView, TransactionId } from './ad-view.ts';

const Network = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/));

/** What the app's own server sends for a network that it has heard of an ad from. */
const AdRewardBody = z.strictObject({
  userId: AppId,
  placement: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/)),
  network: Network,
  transactionId: TransactionId,
});

/** @throws WebhookRejected when the body, which is believed, cannot be read. */
export function readAdReward(rawBody: Buffer): AdView {
  const parsed = z.safeParse(AdRewardBody, parseJson(rawBody));
  if (!parsed.success) throw new WebhookRejected('malformed', 'its body is no reward for an ad');
  const { placement, ...view } = parsed.data;
  return { ...view, shownIn: { placement } };
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return undefined;
  }
}
