import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { shopDefaults } from '../../shared/catalog/shop-defaults.ts';
import type { Shop } from '../../shared/catalog/shop-schema.ts';
import { firstSwitches } from '../../shared/catalog/switches.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { changeStock } from '../../shared/shop/change-stock.ts';
import { newWorld, type World } from '../support/people.ts';

export const now = new Date('2026-11-21T12:00:00.000Z');
export const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
export const days = (count: number) => count * 24 * 60;

export const voucher = {
  code: 'voucher_coffee',
  name: 'A coffee',
  type: 'voucher',
  coins: 300,
  enabled: true,
  mostAtOnce: 5,
} as const;

/** The default shop, with a voucher. */
export const shop: Shop = { ...shopDefaults, goods: [voucher] };

export async function newShop(value: Shop = shop): Promise<World> {
  const world = await newWorld(now);
  const effectiveAt = new Date(now.getTime() - 1000).toISOString();
  const switches = { ...firstSwitches, regions: { US: { goods: true } } };
  await putVersion(world.catalogTable, 'switches', { version: '2', effectiveAt, value: switches });
  return withShop(world, value, new Date(effectiveAt));
}

/** Another version of the shop, in force from a moment on. */
export async function withShop(world: World, value: Shop, from: Date): Promise<World> {
  const effectiveAt = from.toISOString();
  await putVersion(world.catalogTable, 'shop', { version: `at ${effectiveAt}`, effectiveAt, value });
  return { ...world, catalog: openCatalog(world.catalogTable) };
}

export async function stockUp({ ledger }: World, change: number, item: string = voucher.code): Promise<void> {
  expectDone(
    await changeStock(ledger, { changeId: newId(now), item, change, reason: 'Stocked', changedBy: 'ops', now }),
  );
}

export async function givePromo(world: World, userId: string, coins: number, at = now): Promise<void> {
  const grant = { userId, coins, reason: 'For the test', grantId: newId(at), caller: 'ops', now: at };
  expectDone(await grantCoins(world, grant));
}

export function expectDone<Result>(result: Result | Refusal): Result {
  if (isRefusal(result)) throw new Error(`refused: ${result.code}: ${result.detail}`);
  return result;
}

export function codeOf(result: unknown): string {
  return isRefusal(result) ? result.code : 'done';
}

export async function differences({ ledger }: World): Promise<string[]> {
  const report = await auditLedger(ledger);
  return report.differences.map(({ subject, measure, delta }) => `${subject.kind} ${subject.id}: ${measure} ${delta}`);
}
