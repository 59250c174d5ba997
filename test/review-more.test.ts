import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { putCreator } from '../shared/earnings/put-creator.ts';
import { creditGifts } from '../shared/earnings/credit-gifts.ts';
import { packGifts } from '../shared/earnings/messages.ts';
import { giftsOf, relayGifts } from '../shared/earnings/relay-gifts.ts';
import { pruneWallet } from '../shared/earnings/prune-outbox.ts';
import { sendGift } from '../shared/gifts/send-gift.ts';
import { sendGiftRoute } from '../shared/gifts/routes.ts';
import { parseRequest } from '../shared/http/parse-request.ts';
import { newId } from '../shared/identifiers.ts';
import { auditLedger } from '../shared/ledger/audit/audit-ledger.ts';
import { grantCoins } from '../shared/operations/grant-coins.ts';
import { walletKey } from '../shared/store/keys.ts';
import { putUser } from '../shared/users/put-user.ts';
import { countRequests } from './support/count-requests.ts';
import { startQueue } from './support/deliver.ts';
import { fanWith, newWorld, register, walletOf, type World } from './support/people.ts';
const now = new Date('2026-11-21T10:00:00.000Z');
let world: World;
beforeEach(async () => { world = await newWorld(now); });
const gift = (over: object = {}) => ({ giftId: newId(now), senderId: 'ana', creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context: { type: 'live' as const, id: 'l1' }, ...over });
describe('more', () => {
  it('M1 proto', () => {
    const body = '{"senderId":"ana","creatorId":"constructor","gift":"constructor","quantity":1,"unitPrice":1,"context":{"type":"live","id":"x","__proto__":{"a":1}},"__proto__":{"x":1}}';
    const r = parseRequest(sendGiftRoute as never, { headers: { 'idempotency-key': newId(now) }, body } as never, now);
    console.log('M1', JSON.stringify(r));
  });
  it('M2 same grant key, two users', async () => {
    await register(world, 'ana', now); await register(world, 'bob', now);
    const grantId = newId(now);
    const a = await grantCoins(world, { userId: 'ana', coins: 10, reason: 'sorry', grantId, caller: 'op', now });
    const b = await grantCoins(world, { userId: 'bob', coins: 10, reason: 'sorry', grantId, caller: 'op', now });
    console.log('M2', JSON.stringify(a), JSON.stringify(b));
    expect(b).toHaveProperty('code', 'idempotency_key_reused');
  });
  it('M3 switching gifts off after the age became unknown', async () => {
    await putUser(world, { userId: 'cyril', region: 'US', now });
    const off = await putCreator(world, { creatorId: 'cy', ownerUserId: 'cyril', region: 'US', giftsEnabled: false, now });
    console.log('M3', JSON.stringify(off));
    expect(off).toHaveProperty('giftsEnabled', false);
  });
  it('M4 relay with a long outbox', async () => {
    await fanWith(world, { userId: 'ana', coins: 1000, now });
    const outbox = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [newId(new Date(now.getTime() - 5000 + i)), { creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context: { type: 'live', id: 'live-1' }, sentAt: now.getTime(), milliDiamonds: 500 }]));
    await world.ledger.client.send(new UpdateCommand({ TableName: world.ledger.name, Key: walletKey('ana'), UpdateExpression: 'SET outbox = :o', ExpressionAttributeValues: { ':o': outbox } }));
    const c = countRequests(world);
    const sent = await sendGift(c.world, gift(), now);
    const afterSend = c.requests();
    const image = marshall({ ...walletKey('ana'), ...(sent as { wallet: object }).wallet });
    const queue = await startQueue();
    await relayGifts({ ledger: c.world.ledger, credits: queue }, [{ dynamodb: { SequenceNumber: '1', NewImage: image, OldImage: marshall({ outbox }) } } as never]);
    await queue.close();
    console.log('M4 send', JSON.stringify(afterSend), 'relay', JSON.stringify(c.requests()));
  });
  it('M5 audit under traffic', async () => {
    const fans = ['f1', 'f2', 'f3'];
    for (const userId of fans) await fanWith(world, { userId, coins: 100_000, now });
    let stop = false; let n = 0;
    const traffic = fans.map(async (senderId) => {
      while (!stop) {
        await sendGift(world, gift({ senderId, giftId: newId(new Date(now.getTime() + n++)) }), now);
        for (const m of packGifts(giftsOf(await walletOf(world, senderId)))) await creditGifts({ ledger: world.ledger, maturityDays: 0 }, m, now).catch(() => undefined);
        await pruneWallet(world.ledger, await walletOf(world, senderId));
      }
    });
    const until = Date.now() + 45_000;
    let audits = 0; let dirty = 0;
    while (Date.now() < until) {
      const c = countRequests(world); const t = Date.now();
      const r = await auditLedger(c.world.ledger); audits++;
      if (r.differences.length) dirty++;
      console.log('M5', r.items, 'differences', r.differences.map((d) => `${d.subject.id} ${d.measure} ${d.delta}`).join('; '), 'unsettled', r.unsettled.length, 'requests', c.requests().requests, Date.now() - t, 'ms; gifts', n);
    }
    stop = true; await Promise.all(traffic);
    console.log('M5 audits', audits, 'dirty', dirty);
    expect(dirty).toBe(0);
  }, 200_000);
});
