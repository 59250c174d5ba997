import * as z from 'zod/mini';
import { parseJson } from '../http/parse-request.ts';
import { AppId } from '../identifiers.ts';
import { WebhookRejected } from '../providers/webhook-rejected.ts';
import { isRefusal } from '../refusals.ts';
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
  const body = parseJson(AdRewardBody, rawBody.toString('utf8'));
  if (isRefusal(body)) throw new WebhookRejected('malformed', 'its body is no reward for an ad');
  const { placement, ...view } = body;
  return { ...view, shownIn: { placement } };
}
