import { readEnvironment } from '../../shared/environment.ts';
import { mostWaitingWebhooks, openCourier } from '../../shared/events/deliver-webhook.ts';
import { DeliverWebhookEnvironment } from '../../shared/events/environments.ts';
import { openEndpoints } from '../../shared/events/read-endpoints.ts';
import { WebhookMessage } from '../../shared/events/webhook-message.ts';
import { orderedQueueWorker } from '../../shared/queue/ordered-queue-worker.ts';
import { openDepth } from '../../shared/queue/queue-depth.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { openSecret, WebhookSigningSecret } from '../../shared/secrets.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(DeliverWebhookEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const queue = connectQueue(environment.WEBHOOKS_QUEUE);
const deliver = openCourier({
  ledger,
  endpoints: openEndpoints(ledger),
  signingKeys: openSecret(environment.WEBHOOK_SIGNING_SECRET_ID, WebhookSigningSecret),
  isCrowded: openDepth(queue, mostWaitingWebhooks),
  deadLetters: connectQueue(environment.DEAD_WEBHOOKS_QUEUE_URL),
  targets: environment.WEBHOOK_TARGETS,
});

export const handler = orderedQueueWorker(queue, WebhookMessage, deliver);
