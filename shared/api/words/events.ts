import { eventWebhooks } from '../../events/event-webhooks.ts';

/** The members that all events have. */
const ofEvents = {
  id: 'The same for the same happening, however often it is told: whoever has seen it before has nothing to do.',
  type: 'What has happened.',
  schemaVersion: 'Of the shape of `data`. It rises when the shape changes in a way that breaks its readers.',
  time: 'When it happened.',
  subject: 'What it happened to: `wallets/`, `creators/`, `payouts/`, `payout-runs/` or `campaigns/`, and the id.',
  sequence:
    'Grows with each change of the subject: of two events of one subject, the higher is the later. Missing where the subject counts no changes, and in what was told again from an entry.',
  data: 'The ids and amounts of it; nothing about a person.',
};

const url = 'Where events are posted to: an https URL of a server on the public internet.';

/** What events and their webhooks say. */
export const eventsWords: Record<string, string> = {
  // Endpoints
  WebhookEndpoint: 'An address at which the app wants to be told of events.',
  endpointId: 'The name that the operator gave the endpoint: lower-case letters, digits and hyphens.',
  'WebhookEndpoint.url': url,
  'endpoints.url': url,
  'PutWebhookEndpointRequest.url': url,
  types: 'The types of events that it gets.',
  enabled: 'Whether it gets them.',
  goneAt: 'When its receiver answered 410, which switched it off; absent once it is changed.',
  endpoints: 'By their names.',
  'WebhookEndpoint.createdAt': 'When it was first registered.',
  'endpoints.createdAt': 'When it was first registered.',
  secretVersion:
    'Which of its secrets the endpoint has, from 1. Another number than before is another secret; the one before goes on being used beside it for a day.',
  formerSecretUntil:
    'Until when webhooks are signed with the secret before as well; absent when it was never replaced.',
  signingSecrets:
    'The secrets to check its signatures with, the current one first. While secrets are replaced each webhook is signed with both.',

  // What is told again
  redriven: 'How many were sent again.',
  'RedriveWebhooksAnswer.more': 'Whether there are more: call once more.',
  'ReplayEventsRequest.endpointId': 'The only endpoint to be told; absent, all that want the type are.',
  since: 'Events from this time on.',
  'ReplayEventsRequest.cursor':
    'The `nextCursor` of the answer before, with the same request. Absent for the first page.',
  'ReplayEventsAnswer.events': 'How many events the page has.',
  'ReplayEventsAnswer.deliveries': 'How many webhooks are on their way for them: one for each event and endpoint.',

  // Webhooks
  'webhook-id': 'The `id` of the event.',
  'webhook-timestamp': 'When the webhook was sent, in seconds since 1970; part of what is signed. Refuse what is old.',
  'webhook-signature':
    '`v1,` and the base64 of the HMAC-SHA256 over `webhook-id`, `webhook-timestamp` and the body, with dots between them; one for each secret, with blanks between them.',
  ...Object.fromEntries(
    Object.values(eventWebhooks).flatMap(({ schemaName }) =>
      Object.entries(ofEvents).map(([member, meaning]) => [`${schemaName}.${member}`, meaning]),
    ),
  ),

  // What events tell
  GiftEventData: 'A gift.',
  'GiftEventData.coins': 'Coins for all of it.',
  PaidRechargeEventData: 'A payment, and what it brought.',
  'PaidRechargeEventData.paidCoins': 'Coins that were bought and are in the wallet.',
  'PaidRechargeEventData.repaidCoins': 'Coins that were bought and repaid what the wallet owed.',
  ClaimedRechargeEventData: 'Money that went back, or came again, and its coins.',
  'ClaimedRechargeEventData.coins': 'Coins that left the wallet, or came into it again.',
  'ClaimedRechargeEventData.owedCoins': 'Coins that had been spent and are owed since, or are no longer.',
  'ClaimedRechargeEventData.refund': 'The money.',
  'CoinsGrantedEvent.data.coins': 'Promotional coins that were given.',
  PayoutEventData: 'A payout.',
  'PayoutEventData.reason': 'The code of why it is in its state, where there is a reason.',
  ReversalEventData: 'Diamonds of a gift that a creator lost, or has again.',
  'ReversalEventData.coins': 'The coins of the gift that are concerned.',
  'ReversalEventData.diamonds': 'What left the balance, or came into it again.',
  'ReversalEventData.owedDiamonds': 'What was not there any more and is owed since, or is no longer.',
  period: 'Of which period.',
  'BudgetReachedEvent.data.since': 'The first day of the period (UTC).',
  percent: 'How much of the limit is spent, at least.',
  limitCoins: 'The limit.',
  'BudgetReachedEvent.data.spentCoins': 'Coins spent in the period so far.',
  'BudgetReachedEvent.data.leftCoins': 'Coins that are left.',
  'PurchaseMadeEvent.data.coins': 'What it cost.',
  'PurchaseMadeEvent.data.item': 'Its code in the catalogue.',
  lotId: 'Which lot of promotional coins.',
  'PromoExpiringEvent.data.coins': 'Coins of the lot that were left when it was told.',
  'PromoExpiringEvent.data.expiresAt': 'Until then they can be spent.',
  'PromoExpiredEvent.data.coins': 'Coins that left the wallet.',
  lots: 'Which lots they were of.',
  'lots.coins': 'Coins of the lot that left the wallet.',
  'CampaignExhaustedEvent.data.campaign': 'The code of the campaign.',
  'CampaignExhaustedEvent.data.budgetCoins': 'All that the campaign may give.',
  'CampaignExhaustedEvent.data.leftCoins': 'Coins that are left of the budget: fewer than an order takes.',
  'PayoutRunFinishedEvent.data.date': 'Creators due on this day (UTC) or before belonged to the run.',
  'PayoutRunFinishedEvent.data.dryRun': 'Whether it only said what it would do.',
};
