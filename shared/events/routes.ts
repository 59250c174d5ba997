import { defineRoute } from '../http/route.ts';
import {
  RedriveAnswer,
  RemovedEndpointAnswer,
  ReplayAnswer,
  ReplayBody,
  WebhookEndpointAnswer,
  WebhookEndpointBody,
  WebhookEndpointPath,
  WebhookEndpointsAnswer,
} from './schemas.ts';

const endpoint = {
  endpointId: 'app',
  url: 'https://app.example.com/tributary',
  types: ['payout.paid', 'recharge.paid'],
  enabled: true,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
};

export const putWebhookEndpointRoute = defineRoute({
  operationId: 'putWebhookEndpoint',
  method: 'PUT',
  path: '/v1/operations/webhook-endpoints/{endpointId}',
  scope: 'economy/operate',
  summary: 'Register a webhook endpoint, or change it',
  description:
    'The endpoint gets each event of its types, signed after the Standard Webhooks specification, from within ten seconds on. Its address is a server ' +
    'on the public internet. It answers 2xx within five seconds; else the event comes again, for a day. 410 switches it off. ' +
    'The answer has the secrets to check signatures with, the current one first. A `secretVersion` that is another than before replaces the secret: ' +
    'for a day webhooks are signed with both, and without it the secret stays.',
  parameters: WebhookEndpointPath,
  body: WebhookEndpointBody,
  status: 200,
  answer: WebhookEndpointAnswer,
  refusals: ['malformed_request', 'event_not_announced', 'webhook_url_refused'],
  examples: {
    parameters: { endpointId: 'app' },
    body: { url: endpoint.url, types: endpoint.types, enabled: true },
    answer: { ...endpoint, signingSecrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwXs0PZxvb3dg='] },
  },
});

export const listWebhookEndpointsRoute = defineRoute({
  operationId: 'listWebhookEndpoints',
  method: 'GET',
  path: '/v1/operations/webhook-endpoints',
  scope: 'economy/operate',
  summary: 'List the webhook endpoints',
  status: 200,
  answer: WebhookEndpointsAnswer,
  refusals: [],
  examples: { answer: { endpoints: [endpoint] } },
});

export const deleteWebhookEndpointRoute = defineRoute({
  operationId: 'deleteWebhookEndpoint',
  method: 'DELETE',
  path: '/v1/operations/webhook-endpoints/{endpointId}',
  scope: 'economy/operate',
  summary: 'Remove a webhook endpoint',
  description: 'What waits for it is dropped.',
  parameters: WebhookEndpointPath,
  status: 200,
  answer: RemovedEndpointAnswer,
  refusals: ['malformed_request', 'webhook_endpoint_not_found'],
  examples: { parameters: { endpointId: 'app' }, answer: { endpointId: 'app' } },
});

export const redriveWebhooksRoute = defineRoute({
  operationId: 'redriveWebhooks',
  method: 'POST',
  path: '/v1/operations/webhook-redrives',
  scope: 'economy/operate',
  summary: 'Send again the webhooks that were given up',
  description: 'Moves dead letters back until none is left, or for twenty seconds: `more` says to call once more.',
  status: 200,
  answer: RedriveAnswer,
  refusals: [],
  examples: { answer: { redriven: 12, more: false } },
});

export const replayEventsRoute = defineRoute({
  operationId: 'replayEvents',
  method: 'POST',
  path: '/v1/operations/event-replays',
  scope: 'economy/operate',
  summary: 'Tell webhook endpoints again what the ledger knows',
  description:
    'All events of one user or one creator since a time, made from the ledger with the ids that they had, a page at a time. What the ledger ' +
    'does not keep is not among them: the states that a payout has left, and all but the last change of a ' +
    "wallet's status. `sequence` is missing where only an entry is left.",
  body: ReplayBody,
  status: 202,
  answer: ReplayAnswer,
  refusals: ['malformed_request', 'webhook_endpoint_not_found'],
  examples: {
    body: { userId: 'ana', since: '2026-11-20T00:00:00.000Z' },
    answer: { events: 3, deliveries: 3 },
  },
});
