import { isDeepStrictEqual } from 'node:util';
import { newId } from '../identifiers.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { RuleChange, WalletRules } from '../store/items/wallet-rules.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { ruleChangeKey } from '../store/rule-keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { currentRules, withoutGaps } from './current-rules.ts';
import { userNotFound } from './get-wallet.ts';
import { accountClosed, guardsOf } from './guards.ts';

/** Whose wallet is changed, what about it, and who asked; of closed accounts only what must not stay in them is. */
export type Asked = Pick<RuleChange, 'kind' | 'actor' | 'caller' | 'reason'> & {
  userId: string;
  now: Date;
  evenIfClosed?: true;
};

/** The rules that are to hold, and what else is written with them. */
export type Decision = { rules: WalletRules; more?: Write<'changed'>[] };

/**
 * Changes the rules of a wallet, decided from what holds now, together with a line that tells who changed what. A decision that
 * changes nothing writes nothing. Nothing can be spent between the decision and its effect that the rules forbid: both are
 * of one version of the wallet.
 * @returns the wallet with the rules as they hold then.
 * @throws Contention when the wallet changed on every attempt.
 */
export async function changeRules(
  ledger: Table,
  asked: Asked,
  decide: (rules: WalletRules, wallet: Wallet) => Decision | Refusal | Promise<Decision | Refusal>,
): Promise<Wallet | Refusal> {
  const { userId, now } = asked;
  return untilUnchanged(`The wallet of user ${userId}`, async () => {
    const item = await readItem(ledger, walletKey(userId));
    if (!item) return userNotFound(userId);
    const wallet = parseWallet(item);
    if (wallet.status === 'closed' && !asked.evenIfClosed) return accountClosed();
    const before = currentRules(wallet, now);
    const decision = await decide(before ?? {}, wallet);
    if (isRefusal(decision)) return decision;
    const rules = withoutGaps(decision.rules);
    const { more = [] } = decision;
    const after = { ...wallet, specialRules: rules };
    const isSame = isDeepStrictEqual(before, rules);
    if (isSame && more.length === 0) return after;
    const written = await transact<'changed'>(ledger, [
      // Also where the rules stay as they are: what else is written was decided from them.
      setRules(after, now),
      ...(isSame ? [] : [putChange(asked, rules)]),
      ...more,
    ]);
    return written.committed ? after : changedMeanwhile;
  });
}

function setRules(wallet: Wallet, now: Date): Write<'changed'> {
  const changed = { specialRules: wallet.specialRules, guards: guardsOf(wallet, now) };
  const names = Object.keys(changed) as (keyof typeof changed)[];
  const present = names.filter((name) => changed[name] !== undefined);
  const absent = names.filter((name) => changed[name] === undefined);
  const set = ['version = version + :one', ...present.map((name) => `${name} = :${name}`)];
  return {
    update: {
      Key: walletKey(wallet.userId),
      ConditionExpression: 'version = :version',
      UpdateExpression: `SET ${set.join(', ')}${absent.length > 0 ? ` REMOVE ${absent.join(', ')}` : ''}`,
      ExpressionAttributeValues: {
        ':version': wallet.version,
        ':one': 1,
        ...Object.fromEntries(present.map((name) => [`:${name}`, changed[name]])),
      },
    },
    failure: () => 'changed',
  };
}

function putChange({ now, evenIfClosed: _, ...asked }: Asked, rules: WalletRules | undefined): Write<'changed'> {
  const change: RuleChange = { ...asked, changeId: newId(now), at: now.toISOString(), ...(rules && { rules }) };
  return {
    put: { Item: { ...ruleChangeKey(change), ...change }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'changed',
  };
}
