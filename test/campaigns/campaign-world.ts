import type { Campaign } from '../../shared/catalog/campaign-schema.ts';
import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { appleProvider } from '../../shared/recharges/apple-provider.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { expireRecharge } from '../../shared/recharges/expire-recharge.ts';
import type { PaymentProvider } from '../../shared/recharges/payment-provider.ts';
import type { CreateRecharge } from '../../shared/recharges/quote-recharge.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { campaignBudgetKey } from '../../shared/store/campaign-keys.ts';
import { isTransient } from '../../shared/store/contention.ts';
import { type CampaignBudget, parseCampaignBudget } from '../../shared/store/items/campaign.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import { readItem } from '../../shared/store/read.ts';
import type { World } from '../support/people.ts';
import { register } from '../support/people.ts';
import { newRuledWorld } from '../support/wallet-rules.ts';

export const now = new Date('2026-11-21T12:00:00.000Z');
export const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
export const days = (count: number) => count * 24 * 60;

const window = { from: '2026-11-20T00:00:00.000Z', until: '2026-12-01T00:00:00.000Z' };

export const bonus = {
  ...window,
  kind: 'bonus',
  code: 'black_friday',
  name: 'Black Friday',
  enabled: true,
  budgetCoins: 1_000_000,
  timesPerUser: 1,
  stackable: false,
  eligibility: {},
  bonus: { coins: 250 },
  expiresAfterDays: 7,
  worthBasisPoints: 5_000,
} as const satisfies Campaign;

export const discount = {
  ...window,
  kind: 'discount',
  code: 'cyber_monday',
  name: 'Cyber Monday',
  enabled: true,
  budgetCoins: 1_000_000,
  timesPerUser: 1,
  stackable: false,
  eligibility: {},
  discountBasisPoints: 2_000,
} as const satisfies Campaign;

/** A world with these campaigns in force, in which 1,000 coins in the US app have a bonus of 100 of their own. */
export async function newCampaigns(...campaigns: Campaign[]): Promise<World> {
  return newRuledWorld(now, { campaigns: { campaigns } });
}

export async function withCampaigns(world: World, from: Date, ...campaigns: Campaign[]): Promise<World> {
  const effectiveAt = from.toISOString();
  await putVersion(world.catalogTable, 'campaigns', { version: effectiveAt, effectiveAt, value: { campaigns } });
  return { ...world, catalog: openCatalog(world.catalogTable) };
}

let fans = 0;

export async function fan(world: World, at = now): Promise<string> {
  fans += 1;
  const userId = `buyer-${fans}`;
  await register(world, userId, at);
  return userId;
}

/** Stands for Stripe as far as an order needs it: a payment that nobody pays. */
const unpaid: PaymentProvider = {
  open: async ({ rechargeId }) => ({
    paymentId: `pi-${rechargeId}`,
    checkout: { provider: 'stripe', paymentIntentId: `pi-${rechargeId}` },
  }),
  find: async () => undefined,
} as PaymentProvider;

export async function order(
  { ledger, catalog }: World,
  userId: string,
  change: Partial<CreateRecharge> & { at?: Date } = {},
): Promise<Recharge | Refusal> {
  const { at = now, ...rest } = change;
  const providers = { apple: async () => appleProvider(), stripe: async () => unpaid };
  const rechargeId = newId(at);
  const command = { rechargeId, userId, packageId: 'us-app-1000', channel: 'app', provider: 'apple', ...rest } as const;
  const ordered = await patiently(() => createRecharge({ ledger, catalog, providers }, command, at));
  return isRefusal(ordered) ? ordered : ordered.order;
}

export async function ordered(...wanted: Parameters<typeof order>): Promise<Recharge> {
  const made = await order(...wanted);
  if (isRefusal(made)) throw new Error(`refused: ${made.code}: ${made.detail}`);
  return made;
}

/** Lets an order expire as the sweep does, which knows whether somebody may still pay. */
export async function expired({ ledger }: World, made: Recharge, { givesBack = true, at = later(20) } = {}) {
  if (!(await expireRecharge(ledger, made, { givesBack, now: at }))) throw new Error('The order did not expire.');
}

/** As a client does: a busy ledger is asked again under the same key. */
async function patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
  }
}

export async function budgetOf({ ledger }: World, code: string): Promise<CampaignBudget | undefined> {
  const item = await readItem(ledger, campaignBudgetKey(code));
  return item && parseCampaignBudget(item);
}

export async function differences({ ledger }: World): Promise<string[]> {
  const report = await auditLedger(ledger);
  return report.differences.map(({ subject, measure, delta }) => `${subject.kind} ${subject.id}: ${measure} ${delta}`);
}
