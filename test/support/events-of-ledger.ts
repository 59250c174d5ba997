import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Event } from '../../shared/events/event.ts';
import { parsePayout } from '../../shared/store/items/payout.ts';
import { parseWallet } from '../../shared/store/items/wallet.ts';
import type { Item, Table } from '../../shared/store/table.ts';

/** What must have been told, and what may have been, by names that are made without the product's help. */
export type Tellable = { must: Set<string>; may: Set<string> };

const StatusChange = z.object({ statusChange: z.optional(z.unknown()) });

/** Everything that the ledger shows to have happened. */
export async function tellableIn(ledger: Table): Promise<Tellable> {
  const tellable: Tellable = { must: new Set(), may: new Set() };
  let from: Item | undefined;
  do {
    const page = await ledger.client.send(
      new ScanCommand({ TableName: ledger.name, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    for (const item of page.Items ?? []) addTo(tellable, item);
    from = page.LastEvaluatedKey;
  } while (from);
  return tellable;
}

/** The name of an event, from the ids that it carries. */
function nameOfEvent({ type, data }: Event): string {
  const { userId, senderId, creatorId, giftId, rechargeId, entryId, grantId, payoutId, runId, purchaseId, campaign } =
    data;
  if (type.startsWith('gift.')) return `${type} ${senderId} ${giftId}`;
  if (type === 'recharge.paid') return `${type} ${rechargeId}`;
  if (type.startsWith('recharge.')) return `${type} ${userId} ${entryId}`;
  if (type.startsWith('earnings.')) return `${type} ${creatorId} ${entryId}`;
  if (type.startsWith('payout.')) return `${type} ${payoutId}`;
  if (type.endsWith('.level')) return `${type} ${userId ?? creatorId} ${data.level}`;
  if (type === 'purchase.made') return `${type} ${userId} ${purchaseId}`;
  if (type === 'promo.expired') return `${type} ${userId} ${entryId}`;
  return `${type} ${grantId ?? runId ?? campaign ?? userId}`;
}

/** What was told and did not happen, and what happened and was not told. */
export function compareTold(events: Event[], { must, may }: Tellable): { invented: string[]; lost: string[] } {
  const told = new Set(events.map(nameOfEvent));
  return {
    invented: [...told].filter((name) => !must.has(name) && !may.has(name)),
    lost: [...must].filter((name) => !told.has(name)),
  };
}

const namesOfFlows: Record<string, (item: Item) => string[]> = {
  gift: ({ userId, entryId }) => [`gift.sent ${userId} ${entryId}`, `gift.credited ${userId} ${entryId}`],
  recharge: ({ entryId }) => [`recharge.paid ${entryId}`],
  take_back: ({ userId, entryId }) => [`recharge.refunded ${userId} ${entryId}`],
  give_back: ({ userId, entryId }) => [`recharge.restored ${userId} ${entryId}`],
  purchase: ({ userId, entryId }) => [`purchase.made ${userId} ${entryId}`],
  expiry: ({ userId, entryId }) => [`promo.expired ${userId} ${entryId}`],
  grant: ({ entryId }) => [`coins.granted ${entryId}`],
  reversal: ({ creatorId, entryId }) => [`earnings.reversed ${creatorId} ${entryId}`],
  reversal_undone: ({ creatorId, entryId }) => [`earnings.restored ${creatorId} ${entryId}`],
};

const payoutStates = [
  ...['awaiting_approval', 'requested', 'submitted', 'paid'],
  ...['failed', 'blocked', 'returned', 'skipped'],
];

function addTo({ must, may }: Tellable, item: Item): void {
  const { pk, sk } = item as { pk: string; sk: string };
  if (sk.startsWith('ENTRY#')) for (const name of namesOfFlows[String(item.flow)]?.(item) ?? []) must.add(name);
  if (pk.startsWith('WALLET#') && sk === 'HEAD') {
    const { userId, outbox, status } = parseWallet(item);
    for (const giftId of Object.keys(outbox)) must.add(`gift.sent ${userId} ${giftId}`);
    for (const possible of ['budget.reached', 'promo.expiring']) may.add(`${possible} ${userId}`);
    if (z.parse(StatusChange, item).statusChange === undefined) return;
    must.add(`wallet.${status === 'frozen' ? 'frozen' : 'unfrozen'} ${userId}`);
    for (const change of ['frozen', 'unfrozen']) may.add(`wallet.${change} ${userId}`);
  }
  if (sk === 'PAYOUT') {
    const { payoutId, state } = parsePayout(item);
    if (state !== 'submitting') must.add(`payout.${state} ${payoutId}`);
    for (const possible of payoutStates) may.add(`payout.${possible} ${payoutId}`);
  }
  if (sk === 'CLOSURE' && item.state === 'closed') must.add(`account.closed ${item.userId}`);
  if (sk.startsWith('LEVEL#'))
    must.add(`${item.ladder === 'gifters' ? 'gifter' : 'creator'}.level ${item.id} ${item.level}`);
  if (sk === 'BUDGET') may.add(`campaign.exhausted ${item.code}`);
  if (sk === 'RUN' && item.state === 'finished') must.add(`payout_run.finished ${item.runId}`);
}
