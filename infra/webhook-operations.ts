import type { Construct } from 'constructs';
import type {
  DeleteWebhookEndpointEnvironment,
  ListWebhookEndpointsEnvironment,
  PutWebhookEndpointEnvironment,
  RedriveWebhooksEnvironment,
  ReplayEventsEnvironment,
} from '../shared/events/environments.ts';
import {
  deleteWebhookEndpointRoute,
  listWebhookEndpointsRoute,
  putWebhookEndpointRoute,
  redriveWebhooksRoute,
  replayEventsRoute,
} from '../shared/events/routes.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';
import type { WorkQueue } from './queue.ts';
import type { SigningSecret } from './signing-secret.ts';

type WebhookFoundation = Foundation & { signing: SigningSecret; webhooks: WorkQueue };

/** What operators do about webhooks: who gets them, and what is sent again. */
export class WebhookOperations extends Capability {
  constructor(scope: Construct, id: string, foundation: WebhookFoundation) {
    super(scope, id, foundation, 'who gets webhooks, and what is sent again');
    this.addEndpoints(foundation);
    this.addRedrive(foundation);
    this.addReplay(foundation);
  }

  private addEndpoints(foundation: WebhookFoundation): void {
    const { ledger, api, stage, signing } = foundation;
    const put = new TributaryFunction<typeof PutWebhookEndpointEnvironment>(this, 'PutWebhookEndpoint', foundation, {
      code: 'events/put-webhook-endpoint',
      trigger: 'request',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        WEBHOOK_SIGNING_SECRET_ID: signing.secret.secretArn,
        WEBHOOK_TARGETS: 'public',
        ANNOUNCED_TYPES: stage.events.announced.join(','),
      },
      impact: 'Operators can neither register webhook endpoints nor change them.',
    });
    ledger.grantPutWebhookEndpoint(put);
    signing.grantRead(put);
    api.serve(putWebhookEndpointRoute, put);

    const list = new TributaryFunction<typeof ListWebhookEndpointsEnvironment>(
      this,
      'ListWebhookEndpoints',
      foundation,
      {
        code: 'events/list-webhook-endpoints',
        trigger: 'request',
        environment: { LEDGER_TABLE: ledger.table.tableName },
        impact: 'Operators do not see who gets webhooks.',
      },
    );
    ledger.grantListWebhookEndpoints(list);
    api.serve(listWebhookEndpointsRoute, list);

    const remove = new TributaryFunction<typeof DeleteWebhookEndpointEnvironment>(
      this,
      'DeleteWebhookEndpoint',
      foundation,
      {
        code: 'events/delete-webhook-endpoint',
        trigger: 'request',
        environment: { LEDGER_TABLE: ledger.table.tableName },
        impact: 'Operators cannot remove webhook endpoints.',
      },
    );
    ledger.grantDeleteWebhookEndpoint(remove);
    api.serve(deleteWebhookEndpointRoute, remove);
  }

  private addRedrive(foundation: WebhookFoundation): void {
    const { api, webhooks } = foundation;
    const redrive = new TributaryFunction<typeof RedriveWebhooksEnvironment>(this, 'RedriveWebhooks', foundation, {
      code: 'events/redrive-webhooks',
      trigger: 'request',
      environment: {
        WEBHOOKS_QUEUE_URL: webhooks.queue.queueUrl,
        DEAD_WEBHOOKS_QUEUE: webhooks.deadLetters.queueUrl,
      },
      impact: 'Operators cannot send again the webhooks that were given up.',
      // It begins no round after 20 seconds; the gateway waits 30.
      timeoutSeconds: 28,
    });
    webhooks.grantRedrive(redrive);
    api.serve(redriveWebhooksRoute, redrive);
  }

  private addReplay(foundation: WebhookFoundation): void {
    const { ledger, api, stage, webhooks } = foundation;
    const replay = new TributaryFunction<typeof ReplayEventsEnvironment>(this, 'ReplayEvents', foundation, {
      code: 'events/replay-events',
      trigger: 'request',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        WEBHOOKS_QUEUE_URL: webhooks.queue.queueUrl,
        ANNOUNCED_TYPES: stage.events.announced.join(','),
      },
      impact: 'Operators cannot tell the app again what the ledger knows.',
      // A page has at most 200 entries of one wallet, which are sent one after another to keep their order.
      timeoutSeconds: 28,
    });
    ledger.grantReplayEvents(replay);
    webhooks.grantSend(replay);
    api.serve(replayEventsRoute, replay);
  }
}
