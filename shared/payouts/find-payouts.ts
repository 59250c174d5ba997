import * as z from 'zod/mini';
import { creatorNotFound } from '../earnings/get-earnings.ts';
import { type Page, pageOf } from '../http/page.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { type Payout, parsePayout } from '../store/items/payout.ts';
import { creatorKey } from '../store/keys.ts';
import { creatorPayoutKey, payoutKey } from '../store/payout-keys.ts';
import { queryPage, readItem, readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';

export async function findPayout(ledger: Table, payoutId: string): Promise<Payout | Refusal> {
  const item = await readItem(ledger, payoutKey(payoutId));
  return item ? parsePayout(item) : payoutNotFound(payoutId);
}

function payoutNotFound(payoutId: string): Refusal {
  return refuse('payout_not_found', `There is no payout ${payoutId}.`, { payoutId });
}

const Line = z.object({ payoutId: z.string() });

/** A creator's payouts, newest first: the lines in the creator's partition say which, the payouts themselves how they stand. */
export async function listPayouts(
  ledger: Table,
  { creatorId, page }: { creatorId: string; page: Page },
): Promise<{ payouts: Payout[]; nextCursor?: string } | Refusal> {
  const creator = await readItem(ledger, creatorKey(creatorId));
  if (!creator) return creatorNotFound(creatorId);
  const { lines, nextCursor } = pageOf(await readLines(ledger, creatorId, page), page, (payoutId) => payoutId);
  const items = await readItems(ledger, lines.map(payoutKey));
  const payouts = items.map(parsePayout).toSorted((a, b) => (a.payoutId < b.payoutId ? 1 : -1));
  return { payouts, ...(nextCursor !== undefined && { nextCursor }) };
}

async function readLines(ledger: Table, creatorId: string, page: Page): Promise<string[]> {
  const { pk, sk: first } = creatorPayoutKey({ creatorId, payoutId: '' });
  const { sk: upTo } = creatorPayoutKey({ creatorId, payoutId: page.before ?? '~' });
  const { items } = await queryPage(ledger, {
    KeyConditionExpression: 'pk = :creator AND sk BETWEEN :first AND :upTo',
    ExpressionAttributeValues: { ':creator': pk, ':first': first, ':upTo': upTo },
    ScanIndexForward: false,
    ConsistentRead: true,
    // The bound itself comes back too, as it ended the page before; and one more tells whether a page follows.
    Limit: page.limit + 2,
  });
  return items.map((item) => z.parse(Line, item).payoutId).filter((payoutId) => payoutId !== page.before);
}
