import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { CreditMessage } from '../../shared/earnings/messages.ts';
import { relayGifts } from '../../shared/earnings/relay-gifts.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import type { Queue } from '../../shared/queue/send-messages.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { parseCreatorShard } from '../../shared/store/items/creator.ts';
import { parseWallet } from '../../shared/store/items/wallet.ts';
import { creatorShardKey, creatorShards, walletKey } from '../../shared/store/keys.ts';
import { readItem, readItems } from '../../shared/store/read.ts';
import { connectTable, type Table } from '../../shared/store/table.ts';
import { freshLedger } from '../support/ledger.ts';
import type { World } from '../support/people.ts';
import { cancelConflicts } from './conflicts.ts';
import { openCreators, putFans } from './fans.ts';
import { type Ground, newClients, newQueue } from './ground.ts';
import { idleMeter, meter } from './meter.ts';
import type { Balances, Contender, ContenderOptions, Gift } from './peers/contender.ts';
import { openStream } from './stream-reader.ts';

/** The product's whole way of a gift, each part of it started by hand: debit, relay with its pruning, credit. */
export type GiftPath = Contender & {
  world: World;
  /** What an instance knows of creators is forgotten, as when every gift goes to a creator it has not met lately. */
  forgetCreators(): void;
};

/** The batch size of the relay's event source. */
const recordsPerBatch = 500;

/** Days until diamonds can be withdrawn, as in production. */
const maturityDays = 14;

/**
 * The use-cases themselves, without the HTTP around them, as the peers are without theirs. The catalogue's reads, two in
 * 30 s for each function instance, are not counted.
 */
export async function openGiftPath(
  ground: Ground,
  { counting, creatorIds, conflicts = false }: ContenderOptions,
): Promise<GiftPath> {
  const clients = newClients(ground);
  const fresh = await freshLedger({ client: newClients(ground).dynamodb, stream: true });
  if (conflicts) cancelConflicts(clients.dynamodb);
  const queue = await newQueue(clients);
  const ledger = connectTable(fresh.ledger.name, clients.dynamodb);
  const stream = openStream(fresh.ledger, ground.dynamodbUrl);
  const world = {
    ledger,
    catalog: openCatalog(fresh.catalog),
    catalogTable: fresh.catalog,
    recipients: openRecipients(ledger),
  };
  await openCreators({ ...world, ledger: fresh.ledger }, creatorIds);
  const stores = { ledger, credits: queue };
  return {
    world,
    queue,
    meter: counting ? meter(clients, fresh.ledger.client) : idleMeter,
    putFans: (userIds) => putFans(fresh.ledger, userIds),
    send: (gift, key) => send(world, gift, key),
    forgetCreators() {
      world.recipients = openRecipients(ledger);
    },
    balances: (of) => readBalances(fresh.ledger, of),
    async relay(workers) {
      const slices = slicesOf(await stream.next(), workers);
      await Promise.all(slices.map((slice) => relaySlice(stores, slice)));
    },
    async credit(messages) {
      const now = new Date();
      await Promise.all(
        messages.map((message) => creditGifts({ ledger, maturityDays }, z.parse(CreditMessage, message), now)),
      );
    },
  };
}

async function send(world: World, { senderId, creatorId, liveId }: Gift, key?: string): Promise<void> {
  const now = new Date();
  const context = { type: 'live', id: liveId } as const;
  const command = { giftId: key ?? newId(now), senderId, creatorId, gift: 'rose', quantity: 1, unitPrice: 1, context };
  const sent = await sendGift(world, command, now);
  if (isRefusal(sent)) throw new Error(`refused: ${sent.code}`);
}

async function readBalances(ledger: Table, of: { senderId: string; creatorId: string }): Promise<Balances> {
  const shards = Array.from({ length: creatorShards }, (_, shard) =>
    creatorShardKey({ creatorId: of.creatorId, shard }),
  );
  const [wallet, heads] = await Promise.all([readItem(ledger, walletKey(of.senderId)), readItems(ledger, shards)]);
  return {
    coins: wallet ? parseWallet(wallet).paid : 0,
    milliDiamonds: heads.map(parseCreatorShard).reduce((total, { lifetime }) => total + lifetime, 0),
  };
}

/** Lambda divides a shard's records among its workers by their partition key, so that each wallet keeps its order. */
function slicesOf(records: DynamoDBRecord[], workers: number): DynamoDBRecord[][] {
  const slices = Array.from({ length: workers }, () => [] as DynamoDBRecord[]);
  for (const record of records) slices[hashOf(record.dynamodb?.Keys?.pk?.S ?? '') % workers]?.push(record);
  return slices;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}

async function relaySlice(stores: { ledger: Table; credits: Queue }, records: DynamoDBRecord[]): Promise<void> {
  for (let start = 0; start < records.length; start += recordsPerBatch) {
    const { failedFrom } = await relayGifts(stores, records.slice(start, start + recordsPerBatch));
    if (failedFrom !== undefined) throw new Error('The queue did not take all gifts.');
  }
}
