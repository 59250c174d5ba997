import { readTaken, type Taken } from '../campaigns/campaign-use.ts';
import { takePart } from '../campaigns/campaign-writes.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Challenge } from '../catalog/reward-schema.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { budgetOfChallenge, campaignLineKey } from '../store/campaign-keys.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { parseWalletEntry, type RewardEntry } from '../store/items/wallet-entry.ts';
import { type Key, walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { spendableCoins } from '../users/balances.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { accountClosed, refuseUser } from '../users/guards.ts';
import { challengeNotFound, refuseClosed, refuseTaken } from './open-challenges.ts';
import { payReward } from './pay-reward.ts';
import type { EntryBody } from './schemas.ts';

type Stores = { ledger: Table; catalog: Catalog };

export type EnterChallenge = EntryBody & { userId: string; challengeId: string; entryId: string; now: Date };

export type Entered = { entry: RewardEntry; walletCoins: number; replayed: boolean };

/**
 * Rewards an entry: what it takes of the challenge's budget and of what its user may have, the line for its proof, the coins and the
 * statement are one transaction. A frozen wallet gets them, as it gets grants. Refusals in this order: `user_not_found`,
 * `idempotency_key_reused`, `account_closed`, `challenge_not_found`, `challenge_entered` (by this proof), those of `refuseClosed`, those of
 * `refuseUser`, those of `refuseTaken`, `challenge_unfinished`.
 * @throws Contention when the wallet or the challenge changed on every attempt.
 */
export async function enterChallenge({ ledger, catalog }: Stores, command: EnterChallenge): Promise<Entered | Refusal> {
  const { version, value } = await catalog.current('challenges', command.now);
  const challenge = value.challenges.find(({ code }) => code === command.challengeId);
  return untilUnchanged(`The wallet or the challenge of entry ${command.entryId}`, async () => {
    const [item, earlier, line, taken] = await Promise.all([
      readItem(ledger, walletKey(command.userId)),
      findReward(ledger, command),
      readItem(ledger, lineKeyOf(command)),
      readOne(ledger, command),
    ]);
    if (!item) return userNotFound(command.userId);
    const wallet = parseWallet(item);
    if (earlier) return replay(earlier, wallet, command);
    if (wallet.status === 'closed') return accountClosed();
    if (!challenge) return challengeNotFound(command.challengeId);
    const refusal = line ? proofUsed(command) : refuseEntry(challenge, { wallet, taken, command });
    if (!refusal) return reward(ledger, { challenge, version, wallet, taken, command });
    // What stands in the way may be this very entry, which came twice.
    return (await findReward(ledger, command)) ? changedMeanwhile : refusal;
  });
}

type Attempt = { challenge: Challenge; version: string; wallet: Wallet; taken: Taken; command: EnterChallenge };

async function reward(
  ledger: Table,
  { challenge, version: catalogVersion, wallet, taken, command }: Attempt,
): Promise<Entered | typeof changedMeanwhile> {
  const { userId, challengeId, entryId, proofId, now } = command;
  const { coins, budgetCoins, expiresAfterDays, worthBasisPoints } = challenge;
  const source = { type: 'challenge', challengeId, proofId } as const;
  const paid = payReward(wallet, { entryId, coins, expiresAfterDays, worthBasisPoints, source, catalogVersion, now });
  const part = { code: budgetOfChallenge(challengeId), coins, userId, id: proofId, use: taken.use, budgetCoins, now };
  const written = await transact(ledger, [...takePart(part, 'changed' as const), ...paid.writes]);
  if (!written.committed) return changedMeanwhile;
  return { entry: paid.entry, walletCoins: spendableCoins(paid.wallet, now), replayed: false };
}

function refuseEntry(
  challenge: Challenge,
  { wallet, taken, command }: Pick<Attempt, 'wallet' | 'taken' | 'command'>,
): Refusal | undefined {
  const { now, count = 0 } = command;
  const refusal =
    refuseClosed(challenge, { region: wallet.region, now }) ?? refuseUser(wallet, now) ?? refuseTaken(challenge, taken);
  const { task, code: challengeId } = challenge;
  if (refusal || !task || count >= task.count) return refusal;
  const detail = `The challenge ${challengeId} asks for ${task.taskId} ${task.count} times; this entry has ${count}.`;
  return refuse('challenge_unfinished', detail, { challengeId, ...task, done: count });
}

async function readOne(ledger: Table, { userId, challengeId }: EnterChallenge): Promise<Taken> {
  const code = budgetOfChallenge(challengeId);
  const taken = (await readTaken(ledger, { codes: [code], userId })).get(code);
  if (!taken) throw new Error(`Nobody has read what is taken of ${code}.`);
  return taken;
}

async function findReward(
  ledger: Table,
  { userId, entryId }: Pick<EnterChallenge, 'userId' | 'entryId'>,
): Promise<RewardEntry | undefined> {
  const item = await readItem(ledger, walletEntryKey({ userId, flow: 'reward', entryId }));
  const entry = item && parseWalletEntry(item);
  return entry?.flow === 'reward' ? entry : undefined;
}

function lineKeyOf({ userId, challengeId, proofId }: EnterChallenge): Key {
  return campaignLineKey({ code: budgetOfChallenge(challengeId), userId, id: proofId });
}

/** The app may have forgotten the key under which it asked before: a proof is rewarded once all the same. */
function proofUsed({ challengeId, proofId }: EnterChallenge): Refusal {
  const detail = `The user was rewarded for ${proofId} in ${challengeId} already.`;
  return refuse('challenge_entered', detail, { challengeId, reason: 'proof', proofId });
}

function replay(entry: RewardEntry, wallet: Wallet, command: EnterChallenge): Entered | Refusal {
  const { source } = entry;
  if (source.type === 'challenge' && source.challengeId === command.challengeId && source.proofId === command.proofId)
    return { entry, walletCoins: spendableCoins(wallet, command.now), replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another reward: use a new key for a new entry.',
    { entryId: command.entryId },
  );
}
