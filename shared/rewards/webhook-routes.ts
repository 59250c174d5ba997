import { defineRoute } from '../http/route.ts';
import { standardWebhookHeaders } from '../http/verify-webhook.ts';
import { WebhookAnswer } from '../recharges/schemas.ts';

const received = { received: true } as const;

export const receiveAdRewardRoute = defineRoute({
  operationId: 'receiveAdReward',
  method: 'POST',
  path: '/v1/webhooks/ads',
  summary: 'Receive that an ad was watched',
  description:
    "For the app's own server, which has heard it from an ad network and says whose user it was: " +
    '`{"userId", "placement", "network", "transactionId"}`. Signed after the Standard Webhooks specification with the secret of the stage ' +
    '(its `current`), five minutes at most before it comes. Each transaction of a network is rewarded once. Whatever is genuine is answered 200, ' +
    "whether or not it brings a reward: a day's cap, an age or a placement that is off may say no.",
  signatureHeaders: standardWebhookHeaders,
  status: 200,
  answer: WebhookAnswer,
  refusals: ['webhook_rejected', 'body_too_large'],
  examples: { answer: received },
});

export const receiveAdMobRewardRoute = defineRoute({
  operationId: 'receiveAdMobReward',
  method: 'GET',
  path: '/v1/webhooks/admob',
  summary: "Receive AdMob's server-side verification",
  description:
    "For Google alone, whose signature over the query is the proof. Set this address at each rewarded ad unit, give AdMob the user's id in the " +
    'app (`userId` of the verification options), and name the unit at a placement of the catalogue. What AdMob says of an amount is not used: ' +
    'the placement says it. Each transaction is rewarded once, and whatever is genuine is answered 200.',
  signatureHeaders: [],
  status: 200,
  answer: WebhookAnswer,
  refusals: ['webhook_rejected'],
  examples: { answer: received },
});
