import { readEnvironment } from '../../shared/environment.ts';
import { RedriveWebhooksEnvironment } from '../../shared/events/environments.ts';
import { redriveDeadLetters } from '../../shared/events/redrive-dead-letters.ts';
import { redriveWebhooksRoute } from '../../shared/events/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';

const environment = readEnvironment(RedriveWebhooksEnvironment);
const queues = {
  deadLetters: connectQueue(environment.DEAD_WEBHOOKS_QUEUE),
  deliveries: connectQueue(environment.WEBHOOKS_QUEUE_URL),
};

/** Leaves time for the last round, and for the gateway, which waits 30 seconds. */
const workMilliseconds = 20_000;

export const handler = endpoint(redriveWebhooksRoute, async ({ now }) => ({
  value: await redriveDeadLetters(queues, { until: new Date(now.getTime() + workMilliseconds) }),
}));
