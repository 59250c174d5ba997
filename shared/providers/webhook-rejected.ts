/**
 * Why a webhook was not believed:
 * - `missing_signature`: it carries no signature at all;
 * - `bad_signature`: it is signed by nobody we trust, or changed on its way;
 * - `stale`: the signature is genuine but too old, or from the future;
 * - `malformed`: it is genuine and cannot be read;
 * - `other_recipient`: it is genuine and meant for somebody else: another app, or the sandbox where money is real.
 */
export type WebhookRejection = 'missing_signature' | 'bad_signature' | 'stale' | 'malformed' | 'other_recipient';

/** A webhook that must be answered with 400 and must change nothing. */
export class WebhookRejected extends Error {
  readonly reason: WebhookRejection;

  constructor(reason: WebhookRejection, detail: string, options?: ErrorOptions) {
    super(`Webhook rejected (${reason}): ${detail}`, options);
    this.name = 'WebhookRejected';
    this.reason = reason;
  }
}
