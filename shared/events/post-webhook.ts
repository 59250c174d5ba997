import { lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';
import { refuseUrl, type WebhookTargets } from './webhook-url.ts';

export type WebhookPost = {
  url: string;
  headers: Record<string, string>;
  body: string;
  targets: WebhookTargets;
  timeoutMilliseconds: number;
};

/** Nothing was heard of the receiver, or nothing was sent to it. */
export class WebhookUnanswered extends Error {
  override readonly name = 'WebhookUnanswered';
}

/**
 * Posts once and gives the status of the answer, whose body is nobody's business. A redirect is an answer like any other and is
 * not followed: it could lead anywhere. The name is looked up here, and the connection goes to the address that was judged: a
 * name that means another address a moment later gains nothing.
 * @throws WebhookUnanswered
 */
export async function postWebhook({ url, headers, body, targets, timeoutMilliseconds }: WebhookPost): Promise<number> {
  const reason = refuseUrl(url, targets);
  if (reason !== undefined) throw new WebhookUnanswered(reason);
  const send = new URL(url).protocol === 'https:' ? requestHttps : requestHttp;
  try {
    return await new Promise<number>((resolve, reject) => {
      const request = send(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        // A connection that is kept would be cut while Lambda sleeps, and fail the next delivery.
        agent: false,
        signal: AbortSignal.timeout(timeoutMilliseconds),
        ...(targets === 'public' && { lookup: lookUpPublic }),
      });
      request.once('response', (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      request.once('error', reject);
      request.end(body);
    });
  } catch (error) {
    throw new WebhookUnanswered('The receiver did not answer.', { cause: error });
  }
}

/** As Node's own, but a name one of whose addresses is not public is not found. */
export const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
      return callback(new WebhookUnanswered(`${hostname} is not on the public internet.`), []);
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};
