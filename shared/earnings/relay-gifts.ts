import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { count, logger } from '../observability.ts';
import { type Queue, sendMessages } from '../queue/send-messages.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { Table } from '../store/table.ts';
import { packGifts, type RelayedGift } from './messages.ts';
import { findCredited, pruneWallets, wantsPruning } from './prune-outbox.ts';

type NewGift = RelayedGift & { creatorId: string };
type WalletChange = { sequenceNumber: string; wallet: Wallet | undefined; gifts: NewGift[] };

/**
 * Takes the gifts that each wallet change added to an outbox to the credits queue, packed by creator, and prunes
 * outboxes that have grown. Returns the sequence number of the first record whose gifts were not taken, so that the
 * stream delivers from there again; sending a gift twice does no harm.
 */
export async function relayGifts(
  { ledger, credits }: { ledger: Table; credits: Queue },
  records: DynamoDBRecord[],
): Promise<{ failedFrom: string | undefined }> {
  const changes = records.map(readChange);
  const messages = packGifts(changes.flatMap(({ gifts }) => gifts));
  const failed = await sendMessages(
    credits,
    messages.map((message) => ({ body: message, group: message.creatorId })),
  );
  const missed = new Set([...failed].flatMap((position) => messages[position]?.gifts.map(identityOf) ?? []));
  await pruneGrownOutboxes(ledger, changes);
  const first = changes.find(({ gifts }) => gifts.some((gift) => missed.has(identityOf(gift))));
  return { failedFrom: first?.sequenceNumber };
}

/** Two senders may use the same key: only both together name a gift. */
function identityOf({ senderId, giftId }: Pick<RelayedGift, 'senderId' | 'giftId'>): string {
  return `${senderId}#${giftId}`;
}

/**
 * The gifts that are in the new image and not in the old. A record that cannot be read must not hold up every wallet
 * behind it: it is counted, which raises an alarm, and its gifts stay in the outbox, where the sweep finds them.
 */
function readChange({ dynamodb, eventID }: DynamoDBRecord): WalletChange {
  const sequenceNumber = dynamodb?.SequenceNumber ?? '';
  try {
    if (!dynamodb?.NewImage) return { sequenceNumber, wallet: undefined, gifts: [] };
    const wallet = parseWallet(unmarshall(dynamodb.NewImage as Parameters<typeof unmarshall>[0]));
    const before = dynamodb.OldImage
      ? unmarshall(dynamodb.OldImage as Parameters<typeof unmarshall>[0]).outbox
      : undefined;
    const known = new Set(Object.keys((before as object | undefined) ?? {}));
    const gifts = giftsOf(wallet).filter(({ giftId }) => !known.has(giftId));
    return { sequenceNumber, wallet, gifts };
  } catch (error) {
    count('UnreadableRecords');
    logger.error('unreadable stream record', { eventID, error: error as Error });
    return { sequenceNumber, wallet: undefined, gifts: [] };
  }
}

/** All gifts of an outbox, as they travel. */
export function giftsOf(wallet: Wallet): NewGift[] {
  return Object.entries(wallet.outbox).map(([giftId, gift]) => ({ ...gift, giftId, senderId: wallet.userId }));
}

/** The latest image of each wallet tells whether it has grown; a wallet is pruned once a batch at most. */
async function pruneGrownOutboxes(ledger: Table, changes: WalletChange[]): Promise<void> {
  const latest = new Map(changes.flatMap(({ wallet }) => (wallet ? [[wallet.userId, wallet] as const] : [])));
  const grown = [...latest.values()].filter(wantsPruning);
  try {
    await pruneWallets(ledger, grown, await findCredited(ledger, grown));
  } catch (error) {
    // Pruning saves room; what is not pruned now is pruned after the wallet's next gift, or by the sweep.
    count('PruneFailures');
    logger.warn('the entries of grown outboxes could not be read', { error: error as Error });
  }
}
