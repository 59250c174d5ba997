import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { judgeReferences } from '../../shared/catalog/judge-references.ts';
import { readBudgets } from '../../shared/events/events-of-budgets.ts';
import { eventsOfChange } from '../../shared/events/events-of-change.ts';
import { rebuildEvents } from '../../shared/events/rebuild-events.ts';
import { newId } from '../../shared/identifiers.ts';
import type { CountStores } from '../../shared/leaderboards/count-into.ts';
import { countMessages } from '../../shared/leaderboards/count-scores.ts';
import { sourcesOf } from '../../shared/leaderboards/score-message.ts';
import { setVisibility } from '../../shared/leaderboards/set-visibility.ts';
import { openCreators, openGifters } from '../../shared/levels/climbers.ts';
import { getCreatorLevel, getUserLevel } from '../../shared/levels/get-level.ts';
import type { CreditEntry } from '../../shared/store/items/creator.ts';
import type { Key } from '../../shared/store/keys.ts';
import { levelsOf } from '../../shared/store/level-keys.ts';
import { freshBoards } from '../support/boards.ts';
import { failingTable } from '../support/failing-table.ts';
import { newWorld, register, type World } from '../support/people.ts';
import { seededRandom } from '../support/random.ts';

const now = new Date();
let world: World;
let stores: CountStores;
let fans = 0;

beforeAll(async () => {
  world = await newWorld(now);
  stores = { ...world, boards: await freshBoards() };
  const switches = { ...catalogDefaults.switches, regions: { DE: { leaderboards: false } } };
  const effectiveAt = new Date(now.getTime() - 1_000).toISOString();
  await putVersion(world.catalogTable, 'switches', { version: '2', effectiveAt, value: switches });
});

async function fan(): Promise<string> {
  const userId = `fan-${++fans}`;
  await register(world, userId, now);
  return userId;
}

/** As a new instance of the function has it, which remembers nothing. */
function views() {
  return { catalog: world.catalog, gifters: openGifters(stores), creators: openCreators(stores) };
}

function credit(senderId: string, coins: number, creatorId = `star-of-${senderId}`): CreditEntry {
  const milliDiamonds = coins * 500;
  const gift = { giftId: newId(now), senderId, gift: 'tip', quantity: 1, coins, milliDiamonds };
  const common = { entryId: newId(now), creatorId, shard: 0, at: now.toISOString() };
  return {
    ...common,
    flow: 'credit',
    amounts: { milliDiamonds },
    gifts: [gift],
    contexts: [{ type: 'video', id: 'v' }],
  };
}

async function count(entries: CreditEntry[], into = stores, at = now): Promise<unknown[]> {
  const messages = entries
    .flatMap(sourcesOf)
    .map(({ source, ...group }) => ({ version: 1 as const, ...group, sources: [source] }));
  return (await countMessages(into, messages, at)).filter((reason) => reason !== undefined);
}

/** What the stream makes of the levels in the ledger. */
async function announced(climber: { ladder: 'gifters' | 'creators'; id: string }) {
  const { Items = [] } = await world.ledger.client.send(
    new QueryCommand({
      TableName: world.ledger.name,
      KeyConditionExpression: 'pk = :levels',
      ExpressionAttributeValues: { ':levels': levelsOf(climber).pk },
    }),
  );
  const budgets = await readBudgets(world.catalog, now);
  return Items.flatMap((image) =>
    eventsOfChange({ key: image as Key, image, imageBefore: undefined, at: now }, budgets),
  );
}

describe('the level of a user who gives', () => {
  it('rises with all that they give, to whomever, and tells the way to the next', async () => {
    const ana = await fan();
    const seen = { userId: ana, region: 'US', viewerId: ana, now };
    expect(await getUserLevel(views(), seen)).toMatchObject({ coins: 0, next: { level: 'friend', missingCoins: 1 } });
    expect(await count([credit(ana, 400), credit(ana, 150, 'cy')])).toEqual([]);
    expect(await getUserLevel(views(), seen)).toEqual({
      userId: ana,
      version: '1',
      current: { level: 'supporter', badge: 'gifter_supporter', fromCoins: 500 },
      coins: 550,
      next: { level: 'bronze', badge: 'gifter_bronze', fromCoins: 2_000, missingCoins: 1_450 },
    });
  });

  it('is announced once when it is reached, however often the gifts come and wherever the worker dies', async () => {
    const ana = await fan();
    const gifts = [[credit(ana, 600)], [credit(ana, 3_000)]] as const;
    // Of the user's level and of the creator's, whichever comes first.
    const dying = (command: string) => ({ command, times: 2, error: new Error('died') });
    const beforeKeeping = failingTable(world.ledger, dying('TransactWriteItemsCommand'));
    const beforeNoting = failingTable(stores.boards, dying('UpdateItemCommand'));
    expect(await count([...gifts[0]], { ...stores, ledger: beforeKeeping })).not.toEqual([]);
    expect(await count([...gifts[0]], { ...stores, boards: beforeNoting })).not.toEqual([]);
    await Promise.all([count([...gifts[0]]), count([...gifts[0]])]);
    expect(
      await count([...gifts[1]], { ...stores, ledger: failingTable(world.ledger, dying('TransactWriteItemsCommand')) }),
    ).not.toEqual([]);
    const later = new Date(now.getTime() + 60_000);
    expect(await count(gifts.flat(), stores, later)).toEqual([]);
    // Nothing is known any more of what was reached, but in the ledger.
    const muchLater = new Date(later.getTime() + 60_000);
    expect(await count(gifts.flat(), { ...stores, boards: await freshBoards() }, muchLater)).toEqual([]);
    const events = await announced({ ladder: 'gifters', id: ana });
    expect(events.map(({ data }) => data.level)).toEqual(['bronze', 'supporter']);
    expect(events.map(({ time }) => time)).toEqual([later, now].map((at) => at.toISOString()));
    expect(events[0]).toMatchObject({
      type: 'gifter.level',
      subject: `wallets/${ana}`,
      data: { userId: ana, level: 'bronze', badge: 'gifter_bronze', fromCoins: 2_000 },
    });
    const again = await rebuildEvents(world.ledger, {
      whose: { userId: ana },
      since: '2020-01-01T00:00:00.000Z',
      cursor: undefined,
    });
    expect(again).toMatchObject({
      events: expect.arrayContaining(events.map(({ id }) => expect.objectContaining({ id }))),
    });
  });

  it('is seen by others as the user wants, without the coins, and nowhere in a region where leaderboards are off', async () => {
    const ana = await fan();
    await count([credit(ana, 600)]);
    const others = { userId: ana, region: 'US', viewerId: 'cyril', now };
    expect(await getUserLevel(views(), others)).toEqual({
      userId: ana,
      version: '1',
      current: { level: 'supporter', badge: 'gifter_supporter', fromCoins: 500 },
    });
    for (const visibility of ['anonymous', 'hidden'] as const) {
      await setVisibility(world.ledger, { userId: ana, visibility, now });
      expect(await getUserLevel(views(), { ...others, viewerId: undefined })).toEqual({
        userId: ana,
        version: '1',
        hidden: true,
      });
    }
    expect(await getUserLevel(views(), { ...others, viewerId: ana })).toMatchObject({ coins: 600 });
    expect(await getUserLevel(views(), { ...others, region: 'DE' })).toMatchObject({ code: 'switched_off' });
    expect(await getUserLevel(views(), { ...others, userId: 'nobody' })).toMatchObject({ code: 'user_not_found' });
  });
});

describe('the level of a creator', () => {
  it('rises with what many give at once, counted in parts, and is announced once', async () => {
    const random = seededRandom(4);
    const entries = Array.from({ length: 24 }, (_, i) => credit(`giver-${i}`, 50 + Math.floor(random() * 80), 'cy'));
    const parts = Array.from({ length: 4 }, (_, part) => entries.filter((_, i) => i % 4 === part));
    await Promise.all(parts.map((part) => count(part)));
    const diamonds = entries.reduce((sum, { amounts }) => sum + amounts.milliDiamonds, 150 * 500) / 1_000;
    expect(diamonds).toBeGreaterThan(1_000);
    const seen = { creatorId: 'cy', region: 'US', now };
    const current = { level: 'rising', badge: 'creator_rising', fromDiamonds: '1000' };
    expect(await getCreatorLevel(views(), seen)).toEqual({ creatorId: 'cy', version: '1', current });
    expect(await getCreatorLevel(views(), { ...seen, viewerId: 'cyril' })).toMatchObject({
      current,
      diamonds: String(diamonds),
      next: { level: 'popular', missingDiamonds: String(10_000 - diamonds) },
    });
    expect(await getCreatorLevel(views(), { ...seen, creatorId: 'nobody' })).toMatchObject({
      code: 'creator_not_found',
    });
    const events = await announced({ ladder: 'creators', id: 'cy' });
    expect(events.filter(({ data }) => data.level === 'rising')).toHaveLength(1);
    expect(events.map(({ type }) => type)).toEqual(events.map(() => 'creator.level'));
  });
});

describe('levels that a whole live looks at', () => {
  it('are read once a second by each function instance, and tell no earlier than then what has changed', async () => {
    const ana = await fan();
    let reads = 0;
    const send = (...command: Parameters<typeof world.ledger.client.send>) => {
      reads += 1;
      return world.ledger.client.send(...command);
    };
    const client = Object.assign(Object.create(world.ledger.client), { send });
    const [ledger, boards] = [
      { ...world.ledger, client },
      { ...stores.boards, client },
    ];
    const viewing = {
      catalog: world.catalog,
      gifters: openGifters({ ledger, boards }),
      creators: openCreators({ ledger, boards }),
    };
    const seen = (milliseconds: number) => ({ region: 'US', now: new Date(now.getTime() + milliseconds) });
    for (let viewer = 0; viewer < 50; viewer++) {
      await getUserLevel(viewing, { userId: ana, ...seen(viewer) });
      await getCreatorLevel(viewing, { creatorId: 'cy', ...seen(viewer) });
    }
    expect(reads).toBe(6);
    await count([credit(ana, 600)]);
    expect(await getUserLevel(viewing, { userId: ana, ...seen(999) })).not.toHaveProperty('current');
    expect(await getUserLevel(viewing, { userId: ana, ...seen(1_001) })).toHaveProperty('current.level', 'supporter');
  });
});

describe('the ladders of the catalogue', () => {
  it('must rise, with a name for each level', () => {
    const { gifters, creators } = catalogDefaults.levels;
    const [first, second, ...rest] = gifters;
    if (!first || !second) throw new Error('The ladder has no levels.');
    const codes = (ladder: typeof gifters) =>
      judgeReferences('levels', { gifters: ladder, creators }).map(({ code, at }) => [code, at]);
    expect(codes(gifters)).toEqual([]);
    expect(codes([second, first, ...rest])).toEqual([['contradiction', 'gifters.friend']]);
    expect(codes([first, { ...second, fromCoins: 1 }, ...rest])).toEqual([['contradiction', 'gifters.supporter']]);
    expect(codes([first, { ...second, level: 'friend' }, ...rest])).toEqual([['repeated_id', 'gifters.friend']]);
  });
});
