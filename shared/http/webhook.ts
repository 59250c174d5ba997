import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { count, flushMetrics, logger } from '../observability.ts';
import { WebhookRejected, type WebhookRejection } from '../providers/webhook-rejected.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { answerFaults } from './endpoint.ts';
import { type HttpAnswer, refusalAnswer } from './problem.ts';

/** Far above any event of a payment provider, which hold a few kilobytes. */
export const largestWebhookBytes = 256 * 1024;

/** One delivery by a provider, with nothing about it believed yet. */
export type WebhookDelivery = {
  /** The bytes exactly as they came: signatures cover these and nothing made from them. */
  rawBody: Buffer;
  /** The query exactly as it came, percent-encoded, for those who sign that. */
  rawQuery: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  now: Date;
};

/**
 * Does what a delivery says, and gives what there is to answer beside that it was received; a refusal is for one that must not be
 * delivered again as it is.
 */
type Receive = (delivery: WebhookDelivery) => Promise<Refusal | object | undefined> | Promise<void>;

/**
 * One function behind a provider's webhook. The provider learns what it needs to deliver rightly: 200 when the event is
 * dealt with (for ever: also when it was a repetition, or was set aside for an operator), 4xx when it is not to be
 * believed, and 5xx after a fault, so that it delivers the event again.
 * `receive` throws `WebhookRejected` for a delivery that is not authentic; nothing may be stored before that is known.
 */
export function webhook(name: string, receive: Receive) {
  return middy()
    .use(answerFaults())
    .use(answerRejections(name))
    .handler(async (event: APIGatewayProxyEventV2): Promise<HttpAnswer> => {
      const rawBody = bytesOf(event);
      if (isRefusal(rawBody)) return answerRefusal(name, event, rawBody);
      const answer = await receive({
        rawBody,
        rawQuery: event.rawQueryString,
        headers: event.headers,
        now: new Date(),
      });
      if (isRefusal(answer)) return answerRefusal(name, event, answer);
      logger.info('webhook', { operation: name, requestId: event.requestContext.requestId, status: 200 });
      flushMetrics();
      return {
        statusCode: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        body: JSON.stringify(answer ?? { received: true }),
      };
    });
}

/** The gateway hands over bodies of some content types as base64. */
function bytesOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer | Refusal {
  const rawBody = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (rawBody.length <= largestWebhookBytes) return rawBody;
  return refuse('body_too_large', `A webhook may have ${largestWebhookBytes} bytes at most.`, {
    limitBytes: largestWebhookBytes,
  });
}

function answerRejections(name: string): MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer, Error, Context> {
  return {
    onError: ({ error, event }) => {
      if (!(error instanceof WebhookRejected)) return undefined;
      const refusal = refuse('webhook_rejected', sentences[error.reason], { reason: error.reason });
      return answerRefusal(name, event, refusal);
    },
  };
}

function answerRefusal(name: string, event: APIGatewayProxyEventV2, refusal: Refusal): HttpAnswer {
  count('WebhooksRejected');
  logger.warn('webhook refused', {
    operation: name,
    requestId: event.requestContext.requestId,
    code: refusal.code,
    facts: refusal.facts,
  });
  flushMetrics();
  return refusalAnswer(refusal);
}

/** Enough for somebody who sets a webhook up, and nothing that helps somebody who forges one. */
const sentences: Record<WebhookRejection, string> = {
  missing_signature: 'The webhook carries no signature: only who shares its secret may call this address, and signs.',
  bad_signature:
    'The signature does not match: it must be made over exactly these bytes, with the secret of this very webhook.',
  stale: 'The signature is too old or from the future: check the clock that signs, and sign each delivery anew.',
  malformed: 'The webhook cannot be read as an event of its provider: send the body exactly as the provider made it.',
  other_recipient: 'The webhook is for another app or another environment: give each stage an address of its own.',
};
