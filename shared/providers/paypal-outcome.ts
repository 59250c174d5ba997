import * as z from 'zod/mini';
import type { PayPalAnswer } from './paypal-http.ts';
import { ProviderOutcomeUnknown } from './provider-outcome-unknown.ts';

/**
 * What became of one call. `refused` speaks for this call alone: it sent nothing, but when an earlier call with the same
 * `senderBatchId` ended in `ProviderOutcomeUnknown`, that one may have. `retryable` refusals are about the sending
 * account (its balance, its permissions, its rate), so the same batch can succeed later; the others are about the batch, and
 * `positions` are those of the items that PayPal names as their cause, counted from 0.
 */
export type PayoutBatchOutcome =
  | { kind: 'accepted'; payoutBatchId: string; batchStatus: PayPalBatchStatus }
  | { kind: 'duplicate'; payoutBatchId: string }
  | { kind: 'refused'; code: string; message: string; retryable: boolean; positions: number[] };

export type PayPalBatchStatus = z.infer<typeof batchStatus>;

const batchStatus = z.enum(['DENIED', 'PENDING', 'PROCESSING', 'SUCCESS', 'CANCELED']);
const text = z.string().check(z.minLength(1));

/** The header of a batch in PayPal's answers. */
export const batchHeader = z.object({
  payout_batch_id: text,
  batch_status: batchStatus,
  sender_batch_header: z.optional(z.object({ sender_batch_id: z.optional(z.string()) })),
});
const createdBatch = z.object({ batch_header: batchHeader });

const link = z.object({ href: z.string(), rel: z.optional(z.string()) });
const refusal = z.object({
  name: text,
  message: z._default(z.string(), ''),
  details: z._default(
    z.array(
      z.object({ field: z.optional(z.string()), issue: z.optional(z.string()), link: z.optional(z.array(link)) }),
    ),
    [],
  ),
  links: z._default(z.array(link), []),
});
type Refusal = z.infer<typeof refusal>;

/** 4xx answers that do not say whether the request was carried out: time-out, conflict with a running one, too early. */
const undecidedStatuses = [408, 409, 425];

/** Reads the answer to a payout request. Throws `ProviderOutcomeUnknown` when it does not say what became of it. */
export function outcomeOf({ status, body }: PayPalAnswer, senderBatchId: string): PayoutBatchOutcome {
  if (status >= 200 && status < 300) {
    const { batch_header: header } = readable(() => createdBatch.parse(body));
    return { kind: 'accepted', payoutBatchId: header.payout_batch_id, batchStatus: header.batch_status };
  }
  if (undecidedStatuses.includes(status)) throw new ProviderOutcomeUnknown(`PayPal answered HTTP ${status}`);
  if (status === 401) {
    return {
      kind: 'refused',
      code: 'ACCESS_DENIED',
      message: 'PayPal refused a new token',
      retryable: true,
      positions: [],
    };
  }
  const refused = readable(() => refusal.parse(body));
  if (isDuplicate(refused)) return { kind: 'duplicate', payoutBatchId: originalBatchId(refused, senderBatchId) };
  const issues = refused.details.flatMap(({ field, issue }) => (issue ? [`${field ?? 'request'}: ${issue}`] : []));
  return {
    kind: 'refused',
    code: refused.name,
    message: [refused.message, ...issues].filter(Boolean).join('; '),
    retryable: isAboutTheSender(status, refused),
    positions: positionsNamed(refused),
  };
}

/** A detail is about an item when its field is, for example, `items[3].receiver`. */
function positionsNamed({ details }: Refusal): number[] {
  const named = details.flatMap(({ field = '' }) => /^items\[(\d+)\]/.exec(field)?.[1] ?? []);
  return [...new Set(named.map(Number))];
}

/** PayPal's wording has changed over the years, and taking a duplicate for a refusal would pay twice: any sign of it counts. */
function isDuplicate({ name, details }: Refusal): boolean {
  if (name.includes('DUPLICATE')) return true;
  const isAboutBatchId = details.some(({ field, issue }) => /sender_batch_id|duplicate/i.test(`${field} ${issue}`));
  return name === 'USER_BUSINESS_ERROR' && isAboutBatchId;
}

/** The refused id's batch, from the link of the refusal; only its id is used, so no foreign address is ever called. */
function originalBatchId({ details, links }: Refusal, senderBatchId: string): string {
  const hrefs = [...details.flatMap((detail) => detail.link ?? []), ...links].map(({ href }) => href);
  const ids = hrefs.flatMap((href) => /\/v1\/payments\/payouts\/([A-Za-z0-9_-]+)$/.exec(href)?.[1] ?? []);
  const [id] = ids;
  if (!id) throw new ProviderOutcomeUnknown(`PayPal knows the batch ${senderBatchId} and does not say under which id`);
  return id;
}

/** 403 and 429 speak of the account and its rate; INSUFFICIENT_FUNDS (422) of its balance. */
function isAboutTheSender(status: number, { name }: Refusal): boolean {
  return status === 403 || status === 429 || name === 'INSUFFICIENT_FUNDS';
}

/** Turns what `read` throws into a `ProviderOutcomeUnknown`. */
export function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new ProviderOutcomeUnknown("PayPal's answer could not be read", { cause: error });
  }
}
