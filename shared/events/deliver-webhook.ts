import { count, logger } from '../observability.ts';
import type { Arrival, Handled } from '../queue/ordered-queue-worker.ts';
import { type Queue, sendMessage } from '../queue/send-messages.ts';
import type { WebhookEndpoint } from '../store/items/webhook-endpoint.ts';
import type { Table } from '../store/table.ts';
import { Breaker } from './breaker.ts';
import { switchOffGone } from './change-endpoint.ts';
import { postWebhook } from './post-webhook.ts';
import { type SigningKeys, signWebhook } from './sign-webhook.ts';
import { messageOf, type WebhookMessage } from './webhook-message.ts';
import type { WebhookTargets } from './webhook-url.ts';

export type Courier = {
  ledger: Table;
  endpoints: () => Promise<WebhookEndpoint[]>;
  signingKeys: () => Promise<SigningKeys>;
  /** Whether so many messages wait that those of receivers which do not answer must make room for the others. */
  isCrowded: () => Promise<boolean>;
  deadLetters: Queue;
  targets: WebhookTargets;
  breaker?: Breaker;
};

/** A receiver that takes longer has failed; it should answer first and work afterwards. */
const timeoutMilliseconds = 5_000;

/** The pauses after the first attempts; from then on, the last one again and again. */
const pausesSeconds = [5, 15, 60, 300, 900, 1_800, 3_600];

/**
 * What misses its turn at a slow receiver asks again once that may be asked, and no sooner than after this share of its age: however many wait for
 * the same receiver, and whatever waits behind others of its group, is given out some eighty times in a day. SQS takes away what it has
 * given out a hundred times.
 */
const pausePerAge = 1 / 8;

/**
 * SQS looks for a group that is free among the first 120,000 messages of a FIFO queue only: what waits for receivers that do not
 * answer must stay well below, or those who do would get nothing.
 */
export const mostWaitingWebhooks = 50_000;

/** A message that is older than this is given up. By age, not by attempts: those that waited behind it are given up with it. */
const givenUpAfterHours = 24;

/**
 * Delivers one event to one endpoint, once or until its receiver says 2xx. What is not delivered within a day, or must make room,
 * goes to the dead letters, from where an operator sends it again. An endpoint that was switched off or removed gets nothing.
 */
export function openCourier({ breaker = new Breaker(), ...courier }: Courier) {
  return async (message: WebhookMessage, arrival: Arrival): Promise<Handled> => {
    const { endpointId, event } = message;
    const endpoint = (await courier.endpoints()).find((known) => known.endpointId === endpointId);
    if (!endpoint?.enabled) return 'done';
    const { receives, sentAt, now } = arrival;
    const rest = breaker.restOf(endpoint, now);
    const isTried = rest === undefined;
    const status = isTried ? await postNoting(courier, { breaker, endpoint, message, now }) : undefined;
    if (isTaken(status)) {
      count('WebhooksDelivered');
      count('WebhookAge', Math.max(0, Math.round((now.getTime() - sentAt.getTime()) / 1_000)));
      return 'done';
    }
    if (status === 410) {
      await switchOffGone(courier.ledger, endpoint, now);
      return 'done';
    }
    if (isTried) {
      count('WebhooksFailed');
      logger.warn('webhook failed', { endpointId, eventId: event.id, status, receives });
    }
    const ageSeconds = (now.getTime() - sentAt.getTime()) / 1_000;
    if (ageSeconds > givenUpAfterHours * 3_600 || (await courier.isCrowded())) {
      // Another time than the last it was given up, which SQS may still remember.
      await sendMessage(courier.deadLetters, messageOf(message, String(sentAt.getTime())));
      count('WebhooksGivenUp');
      return 'done';
    }
    if (!rest?.isSlow) return { laterSeconds: pauseAfter(receives) };
    return { laterSeconds: Math.ceil(Math.max(rest.milliseconds / 1_000, ageSeconds * pausePerAge)) };
  };
}

type Posted = { breaker: Breaker; endpoint: WebhookEndpoint; message: WebhookMessage; now: Date };

async function postNoting(
  courier: Omit<Courier, 'breaker'>,
  { breaker, endpoint, message, now }: Posted,
): Promise<number | undefined> {
  const began = performance.now();
  const status = await post(courier, endpoint, message, now);
  const tookMilliseconds = performance.now() - began;
  breaker.note(endpoint, { isAnswered: isTaken(status) || status === 410, tookMilliseconds, now });
  return status;
}

function isTaken(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

/** The status of the answer; nothing when there was none. */
async function post(
  { signingKeys, targets }: Courier,
  endpoint: WebhookEndpoint,
  { event }: WebhookMessage,
  now: Date,
): Promise<number | undefined> {
  const { endpointId, url } = endpoint;
  const body = JSON.stringify(event);
  const signed = signWebhook(await signingKeys(), { endpoint, eventId: event.id, body, now });
  const headers = { ...signed, 'content-type': 'application/json', 'user-agent': 'Tributary' };
  try {
    return await postWebhook({ url, headers, body, targets, timeoutMilliseconds });
  } catch (error) {
    logger.warn('webhook not answered', { endpointId, eventId: event.id, error: error as Error });
    return undefined;
  }
}

/** A fifth more or less, so that what failed together does not come back together. */
function pauseAfter(receives: number): number {
  const pause = pausesSeconds[Math.min(receives, pausesSeconds.length) - 1] ?? 5;
  return Math.round(pause * (0.8 + 0.4 * Math.random()));
}
