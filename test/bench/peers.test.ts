import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { type ContenderDescription, peers, tributary } from './contenders.ts';
import { appId } from './fans.ts';
import { type Ground, type Grounds, openGrounds } from './ground.ts';
import { perGift, sum, type Usage } from './meter.ts';
import { type Contender, type Gift, milliDiamondsPerGift, priceCoins, settle } from './peers/contender.ts';
import { measurePath } from './units.ts';

let grounds: Grounds;
let ground: Ground;

beforeAll(async () => {
  grounds = await openGrounds();
  ground = await grounds.open();
});
afterAll(() => grounds.close());

const gift: Gift = {
  senderId: appId('number', 'fan', 0),
  creatorId: appId('number', 'creator', 0),
  liveId: appId('number', 'live', 0),
};

async function openWithFan({ open }: ContenderDescription): Promise<Contender> {
  const contender = await open(ground, { counting: true, creatorIds: [gift.creatorId] });
  await contender.putFans([gift.senderId]);
  return contender;
}

/** What the books say happened since `work` began, in gifts. */
async function giftsBookedBy(contender: Contender, work: () => Promise<void>) {
  const before = await contender.balances(gift);
  await work();
  const after = await contender.balances(gift);
  return {
    debited: (before.coins - after.coins) / priceCoins,
    credited: (after.milliDiamonds - before.milliDiamonds) / milliDiamondsPerGift,
  };
}

async function usageOfOneGift(contender: Contender): Promise<Usage> {
  contender.meter.parts.clear();
  contender.meter.begin('send');
  await contender.send(gift);
  await settle(contender);
  return sum([...contender.meter.parts.values()].flatMap((operations) => [...operations.values()]));
}

const named = (name: string): ContenderDescription => {
  const found = peers.find((peer) => peer.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};

/** The first message is not sent, and the sender hears of it. */
function loseFirstMessage({ queue }: Contender): void {
  let lost = false;
  queue.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (lost || !commandName?.startsWith('SendMessage')) return next(args);
        lost = true;
        throw new Error('The queue does not answer.');
      },
    { step: 'initialize' },
  );
}

describe('what each contender does', () => {
  it.each([tributary, ...peers])('debits and credits one gift: $name', async (description) => {
    const contender = await openWithFan(description);
    const booked = await giftsBookedBy(contender, async () => {
      await contender.send(gift);
      await settle(contender);
    });
    expect(booked).toEqual({ debited: 1, credited: 1 });
  });

  it.each([
    ['(a) Powertools idempotency', { requests: 7, writeUnits: 6, readUnits: 0 }],
    ['(b) transactions', { requests: 3, writeUnits: 10, readUnits: 0 }],
    ['(c) read, decide, write', { requests: 5, writeUnits: 2, readUnits: 2 }],
  ])('takes so many units and requests: %s', async (name, usage) => {
    expect(await usageOfOneGift(await openWithFan(named(name)))).toMatchObject(usage);
  });
});

describe('what the peers with the same guarantees guarantee', () => {
  const same = peers.filter(({ sameGuarantees }) => sameGuarantees);

  it.each([tributary, ...same])('debits and credits once, however often the key comes: $name', async (description) => {
    const contender = await openWithFan(description);
    const key = newId(new Date());
    const booked = await giftsBookedBy(contender, async () => {
      for (let time = 0; time < 3; time++) {
        await contender.send(gift, key);
        await settle(contender);
      }
    });
    expect(booked).toEqual({ debited: 1, credited: 1 });
  });

  it.each(same)(
    'debits once and credits when the message got lost and the sender repeats: $name',
    async (description) => {
      const contender = await openWithFan(description);
      const key = newId(new Date());
      loseFirstMessage(contender);
      const booked = await giftsBookedBy(contender, async () => {
        await expect(contender.send(gift, key)).rejects.toThrow('does not answer');
        await contender.send(gift, key);
        await settle(contender);
      });
      expect(booked).toEqual({ debited: 1, credited: 1 });
    },
  );

  it('takes at least twice our write units for it, even when only fifteen fans give', async () => {
    const ours = await measurePath(ground, { fans: 15, to: 'one creator', ids: 'number', turns: 3 });
    for (const description of same) {
      const contender = await openWithFan(description);
      // The creator's balance exists after the first.
      await usageOfOneGift(contender);
      const theirs = perGift(await usageOfOneGift(contender), 1);
      expect(theirs.writeUnits, description.name).toBeGreaterThanOrEqual(2 * ours.total.writeUnits);
    }
  });
});

describe('what the others do not guarantee', () => {
  it('answers a repeated request from its record: (a) Powertools idempotency', async () => {
    const contender = await openWithFan(named('(a) Powertools idempotency'));
    const key = newId(new Date());
    const booked = await giftsBookedBy(contender, async () => {
      await contender.send(gift, key);
      await contender.send(gift, key);
      await settle(contender);
    });
    expect(booked).toEqual({ debited: 1, credited: 1 });
  });

  it('debits again when the first attempt failed after its debit: (a) Powertools idempotency', async () => {
    const contender = await openWithFan(named('(a) Powertools idempotency'));
    const key = newId(new Date());
    loseFirstMessage(contender);
    const booked = await giftsBookedBy(contender, async () => {
      await expect(contender.send(gift, key)).rejects.toThrow('does not answer');
      await contender.send(gift, key);
      await settle(contender);
    });
    expect(booked).toEqual({ debited: 2, credited: 1 });
  });

  it('debits a repeated request again: (c) read, decide, write', async () => {
    const contender = await openWithFan(named('(c) read, decide, write'));
    const key = newId(new Date());
    const booked = await giftsBookedBy(contender, async () => {
      await contender.send(gift, key);
      await contender.send(gift, key);
      await settle(contender);
    });
    expect(booked).toEqual({ debited: 2, credited: 2 });
  });
});
