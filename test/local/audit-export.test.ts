import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditExport } from '../../infra/local/audit-export.ts';
import { WalletParts } from '../../infra/local/wallet-parts.ts';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { walletKey } from '../../shared/store/keys.ts';
import type { Item } from '../../shared/store/table.ts';
import { exportTo } from '../support/exported.ts';
import { fanWith, newWorld, type World, walletOf } from '../support/people.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
const later = new Date('2026-11-21T13:00:00.000Z');
let world: World;
let items: Item[];

beforeAll(async () => {
  world = await newWorld(now);
  await fanWith(world, { userId: 'ana', coins: 100, now });
  const context = { type: 'video', id: 'v1' } as const;
  const gift = { senderId: 'ana', creatorId: 'cy', gift: 'heart', quantity: 1, unitPrice: 5, context };
  for (const isCredited of [true, true, false]) {
    await sendGift(world, { ...gift, giftId: newId(now) }, now);
    if (!isCredited) continue;
    for (const message of packGifts(giftsOf(await walletOf(world, 'ana'))))
      await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message, now);
  }
  items = (await world.ledger.client.send(new ScanCommand({ TableName: world.ledger.name }))).Items ?? [];
});

describe('the audit of an export', () => {
  it('says the same as the audit of the table, however the items lie in the files', async () => {
    const { differences, items: read, balances, sums } = await auditExport(exportTo(items, later));
    expect({ differences, items: read, balances, sums }).toMatchObject(await sameOfTable());
    expect(differences).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('tributary-audit-'))).toEqual([]);
  });

  it('names what differs', async () => {
    const meddled = items.map((item) => (isWalletOfAna(item) ? { ...item, paid: Number(item.paid) + 1 } : item));
    const { differences } = await auditExport(exportTo(meddled, later));
    expect(differences.map(({ subject, delta }) => [subject.id, delta])).toEqual([['ana', 1]]);
  });

  it('looks again in the table, when it is given, before it believes a difference', async () => {
    const torn = items.map((item) => (isWalletOfAna(item) ? { ...item, paid: Number(item.paid) + 1 } : item));
    expect((await auditExport(exportTo(torn, later), world.ledger)).differences).toEqual([]);
    const meddle = async (coins: number) =>
      world.ledger.client.send(
        new UpdateCommand({
          TableName: world.ledger.name,
          Key: walletKey('ana'),
          UpdateExpression: 'SET paid = paid + :coins',
          ExpressionAttributeValues: { ':coins': coins },
        }),
      );
    await meddle(1);
    const { differences } = await auditExport(exportTo(torn, later), world.ledger);
    await meddle(-1);
    expect(differences.map(({ subject, delta }) => [subject.id, delta])).toEqual([['ana', 1]]);
  });

  it('refuses an export that is damaged, incomplete or not there', async () => {
    const damaged = exportTo(items, later);
    appendFileSync(join(damaged, 'data', 'part0.json.gz'), 'more');
    await expect(auditExport(damaged)).rejects.toThrow();
    const incomplete = exportTo(items, later);
    writeFileSync(join(incomplete, 'manifest-files.json'), '');
    await expect(auditExport(incomplete)).rejects.toThrow('disagree');
    await expect(auditExport(join(tmpdir(), 'no-such-export'))).rejects.toThrow('is missing');
  });

  it('keeps each wallet whole in one part, however many parts there are', () => {
    const parts = new WalletParts(exportTo([], later), 1_000_000);
    for (let line = 0; line < 3_000; line++) parts.add(`WALLET#${line % 100}`, `${line}`);
    const wallets = [...parts.settle()].flat();
    expect(wallets).toHaveLength(100);
    expect(wallets.map((lines) => lines.length)).toEqual(Array.from({ length: 100 }, () => 30));
  });
});

async function sameOfTable() {
  const { items: read, balances, sums } = await auditLedger(world.ledger);
  return { items: read, balances, sums };
}

function isWalletOfAna({ pk, sk }: Item): boolean {
  return pk === walletKey('ana').pk && sk === walletKey('ana').sk;
}
