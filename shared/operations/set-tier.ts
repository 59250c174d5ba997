import type { Catalog } from '../catalog/catalog.ts';
import { defaultTier } from '../catalog/spending-rules.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { Wallet } from '../store/items/wallet.ts';
import type { Table } from '../store/table.ts';
import { changeRules } from '../users/change-rules.ts';
import type { TierBody } from './schemas.ts';

export type SetTier = TierBody & { userId: string; caller: string; now: Date };

/** Puts a wallet under the platform's caps of another tier. */
export async function setTier(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { userId, tier, reason, caller, now }: SetTier,
): Promise<Wallet | Refusal> {
  const { tiers } = (await catalog.current('spending', now)).value;
  const known = [defaultTier, ...Object.keys(tiers)];
  if (!known.includes(tier)) {
    const problem = `must be one of ${known.join(', ')}`;
    return refuse('malformed_request', `The body's tier ${problem}.`, { errors: [{ field: 'tier', problem }] });
  }
  return changeRules(ledger, { userId, kind: 'tier', actor: 'operator', caller, reason, now }, (rules) => ({
    rules: { ...rules, tier: tier === defaultTier ? undefined : tier },
  }));
}
