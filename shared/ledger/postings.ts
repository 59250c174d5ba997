import { type Account, type Asset, accounts } from './accounts.ts';
import { type Amounts, type Flow, flows } from './flows.ts';

/** A signed change of one account, in the asset's unit. `owner` is a user or creator id where the account is per owner. */
export type Change = { account: Account; asset: Asset; owner?: string; currency?: string; amount: number };

/** What an entry says happened: its flow, the amounts by name, whose it is, and the currency of its cash. */
export type Movement<F extends Flow = Flow> = {
  flow: F;
  amounts: { [Name in keyof Amounts<F>]?: number | undefined };
  owner: string;
  currency?: string | undefined;
};

/** The changes of a movement, two for each posting that moves anything; they sum to zero for each asset. */
export function changesOf(movement: Movement): Change[] {
  const amounts = movement.amounts as Record<string, number | undefined>;
  return flows[movement.flow].flatMap(({ from, to, amount }) => {
    const moved = amounts[amount] ?? 0;
    if (!Number.isSafeInteger(moved) || moved < 0)
      throw new RangeError(`${movement.flow}.${amount} must be a non-negative integer, not ${moved}`);
    return moved === 0 ? [] : [change(movement, from, -moved), change(movement, to, moved)];
  });
}

function change(movement: Movement, account: Account, amount: number): Change {
  const { asset, perOwner } = accounts[account];
  if (asset === 'cash' && movement.currency === undefined)
    throw new Error(`${movement.flow} moves cash and needs a currency`);
  return {
    account,
    asset,
    amount,
    ...(perOwner && { owner: movement.owner }),
    ...(asset === 'cash' && movement.currency !== undefined && { currency: movement.currency }),
  };
}

/** A name for what a balance is in: `coin`, `diamond`, or the currency of cash. */
export function assetName(change: Change): string {
  return change.currency ?? change.asset;
}
