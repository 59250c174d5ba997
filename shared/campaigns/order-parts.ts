import type { Campaign } from '../catalog/campaign-schema.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';
import { hasRoom, readTaken, type Taken } from './campaign-use.ts';
import { releasePart, takePart } from './campaign-writes.ts';
import type { OpenCampaigns } from './open-campaigns.ts';

type Of = Pick<Recharge, 'rechargeId' | 'userId' | 'campaigns'>;

/** What a new order takes of its campaigns, which were open when it was quoted. */
export function partsOfOrder(order: Of, open: OpenCampaigns, now: Date): Write<'campaign'>[] {
  return takeParts(order, { definitions: open.campaigns, taken: open.taken, now });
}

type State = { definitions: Campaign[]; taken: ReadonlyMap<string, Taken>; now: Date };

function takeParts({ rechargeId: id, userId, campaigns = [] }: Of, { definitions, taken, now }: State) {
  return campaigns.flatMap(({ code, coins }): Write<'campaign'>[] => {
    const definition = definitions.find((campaign) => campaign.code === code);
    const state = taken.get(code);
    if (!definition || !state) throw new Error(`Nobody has read the campaign ${code} of the recharge ${id}.`);
    const { budgetCoins } = definition;
    return takePart({ code, coins, userId, id, use: state.use, budgetCoins, now }, 'campaign');
  });
}

/**
 * Takes again what an order had given back when it expired; nothing when its campaigns have no room for it any more, for all
 * or for this user. Whether they are still on is not asked: it was quoted while they were.
 */
export async function takeAgain(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  order: Of,
  now: Date,
): Promise<Write<'campaign'>[] | undefined> {
  const { userId, campaigns = [] } = order;
  const definitions = (await catalog.current('campaigns', now)).value.campaigns;
  const taken = await readTaken(ledger, { codes: campaigns.map(({ code }) => code), userId });
  const fits = campaigns.every(({ code, coins }) => {
    const definition = definitions.find((campaign) => campaign.code === code);
    const state = taken.get(code);
    return definition && state && hasRoom(definition, state, coins);
  });
  return fits ? takeParts(order, { definitions, taken, now }) : undefined;
}

/** Gives back what an order that expires holds of its campaigns. */
export async function giveBackParts(ledger: Table, order: Of, now: Date): Promise<Write<'use'>[]> {
  const { rechargeId: id, userId, campaigns = [] } = order;
  const taken = await readTaken(ledger, { codes: campaigns.map(({ code }) => code), userId });
  return campaigns.flatMap(({ code, coins }) => {
    const use = taken.get(code)?.use;
    if (!use) throw new Error(`Nobody has read the campaign ${code} of the recharge ${id}.`);
    return releasePart({ code, coins, userId, id, use, now }, 'use' as const);
  });
}

/** Whether an order holds a part of campaigns that it could give back. */
export function holdsParts({ campaigns = [], campaignsReleased = false }: Recharge): boolean {
  return campaigns.length > 0 && !campaignsReleased;
}

/** Whether an order has campaigns whose part it gave back. */
export function hasReleased({ campaigns = [], campaignsReleased = false }: Recharge): boolean {
  return campaigns.length > 0 && campaignsReleased;
}

export function hasLowerPrice({ campaigns = [] }: Pick<Recharge, 'campaigns'>): boolean {
  return campaigns.some(({ kind }) => kind === 'discount');
}
