import { dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { creatorNotFound } from '../earnings/get-earnings.ts';
import { formatDiamonds, parseDiamonds } from '../money/diamonds.ts';
import { count } from '../observability.ts';
import { type Queue, sendMessage } from '../queue/send-messages.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Payout, parsePayout } from '../store/items/payout.ts';
import { payoutKey } from '../store/payout-keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { decidePayout } from './decide-payout.ts';
import type { PayoutMessage } from './messages.ts';
import { describePayout, type OpenPayout, openingWrites, readTerms } from './open-payout.ts';
import { readPayableCreator } from './payable-creator.ts';

export type RequestPayout = OpenPayout & { creatorId: string };

export type RequestedPayout = { payout: Payout; replayed: boolean };

/** Credits to the same shards make a hold start again; ten times is far more than a hot creator was seen to need. */
export const holdAttempts = 10;

/**
 * Holds the diamonds of a payout and hands it to the payouts queue. A key that succeeded before gets its payout again, as it
 * stands now, before any rule is looked at; while that payout is `requested`, its message is sent again.
 * @throws Contention when the creator's diamonds changed on every attempt; nothing is held then.
 * @throws Error (transient) when the payout is held and its message was not taken; repeating the request sends it.
 */
export async function requestPayout(
  { ledger, catalog, payouts }: { ledger: Table; catalog: Catalog; payouts: Queue },
  command: RequestPayout,
): Promise<RequestedPayout | Refusal> {
  const requested = await holdPayout({ ledger, catalog }, { ...command, asked: normalForm(command.asked) });
  if (isRefusal(requested)) return requested;
  if (!requested.replayed) count('PayoutsRequested');
  if (requested.payout.state === 'requested') await sendToProvider(payouts, requested.payout);
  return requested;
}

export function sendToProvider(payouts: Queue, payout: Payout): Promise<void> {
  return sendMessage(payouts, messageOf(payout));
}

export function messageOf({ payoutId, creatorId }: Payout) {
  return { body: { version: 1, payoutId } satisfies PayoutMessage, group: creatorId };
}

async function holdPayout(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  command: RequestPayout,
): Promise<RequestedPayout | Refusal> {
  const { payoutId, creatorId, asked, now } = command;
  const terms = await readTerms(catalog, now);
  return untilUnchanged(
    `The diamonds of creator ${creatorId}`,
    async () => {
      const known = await readItem(ledger, payoutKey(payoutId));
      if (known) return replay(parsePayout(known), command);
      const payable = await readPayableCreator(ledger, creatorId, dayOf(now));
      if (!payable) return creatorNotFound(creatorId);
      const plan = decidePayout({ ...payable, terms, asked, now });
      if (isRefusal(plan)) return plan;
      const payout = describePayout(command, plan, terms, payable.creator);
      const written = await transact(ledger, openingWrites(payout, payable, { plan, now }));
      if (written.committed) return { payout, replayed: false };
      return changedMeanwhile;
    },
    holdAttempts,
  );
}

function replay(payout: Payout, { payoutId, creatorId, asked }: RequestPayout): RequestedPayout | Refusal {
  if (payout.creatorId === creatorId && payout.asked === asked) return { payout, replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another payout: use a new key for a new payout.',
    {
      payoutId,
    },
  );
}

/** `1400` and `1400.0` are the same request. */
function normalForm(asked: string): string {
  return asked === 'all' ? asked : formatDiamonds(parseDiamonds(asked));
}
