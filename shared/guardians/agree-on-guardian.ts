import { dayOf } from '../calendar.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { type GuardianLink, parseGuardianLink } from '../store/items/guardian-link.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { WalletRules } from '../store/items/wallet-rules.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { guardianLinkKey, wardLineKey } from '../store/rule-keys.ts';
import type { Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';
import { changeRules } from '../users/change-rules.ts';
import { isAdult } from '../users/guards.ts';
import type { GuardianBody } from './schemas.ts';

export type Agree = GuardianBody & { userId: string; guardianId: string; caller: string; now: Date };

export type Agreed = { link: GuardianLink; wallet: Wallet };

/**
 * Keeps what a ward or a guardian says about their link. It begins when both have agreed, whoever was first, and ends when
 * either does not any more, or when a ward who was a minor comes of age. The same request again changes nothing.
 */
export async function agreeOnGuardian(ledger: Table, command: Agree): Promise<Agreed | Refusal> {
  const { userId, guardianId, by, caller, now } = command;
  if (guardianId === userId) return refuse('malformed_request', 'Nobody can be their own guardian.');
  let link: GuardianLink = { userId, guardianId, version: 0 };
  const actor = by === 'ward' ? 'user' : 'guardian';
  const changed = await changeRules(ledger, { userId, kind: 'guardian', actor, caller, now }, async (rules, wallet) => {
    const item = await readItem(ledger, guardianLinkKey(command));
    const known = item ? parseGuardianLink(item) : { userId, guardianId, version: 0 };
    const decision = command.agrees
      ? await begin(ledger, { command, known: asItStands(known, rules), rules, wallet })
      : end(command, known, rules);
    if (isRefusal(decision)) return decision;
    link = decision.link;
    return { rules: decision.rules, more: link === known ? [] : linkWrites(link, { known, agrees: command.agrees }) };
  });
  return isRefusal(changed) ? changed : { link, wallet: changed };
}

/** A link that came to its end by the ward's age has to be agreed on anew by both. */
function asItStands(known: GuardianLink, { guardian }: WalletRules): GuardianLink {
  const isAgreed = known.wardAgreedAt !== undefined && known.guardianAgreedAt !== undefined;
  if (!isAgreed || guardian?.userId === known.guardianId) return known;
  const { userId, guardianId, version } = known;
  return { userId, guardianId, version };
}

type Beginning = { command: Agree; known: GuardianLink; rules: WalletRules; wallet: Wallet };

async function begin(
  ledger: Table,
  { command, known, rules, wallet }: Beginning,
): Promise<{ link: GuardianLink; rules: WalletRules } | Refusal> {
  const { guardianId, by, now } = command;
  const mine = by === 'ward' ? 'wardAgreedAt' : 'guardianAgreedAt';
  if (known[mine] !== undefined) return { link: known, rules };
  const { endedAt, endedBy, ...open } = known;
  const link = { ...open, [mine]: now.toISOString() };
  const isAgreed = link.wardAgreedAt !== undefined && link.guardianAgreedAt !== undefined;
  const refusal = await refuseAsGuardian(ledger, { guardianId, mustBeThere: by === 'guardian' || isAgreed, now });
  if (refusal) return refusal;
  if (!isAgreed) return { link, rules };
  if (rules.guardian)
    return refuse('state_conflict', 'The user has another guardian: that link must end first.', {
      userId: wallet.userId,
    });
  const isMinor = !isAdult(wallet, dayOf(now));
  const guardian = {
    userId: guardianId,
    since: now.toISOString(),
    endsWhenAdult: isMinor,
    // Until the guardian has said something, nothing is bought for a minor that the guardian has not seen.
    purchases: isMinor ? ('approval' as const) : ('allowed' as const),
    limits: {},
  };
  return { link, rules: { ...rules, guardian } };
}

/** A ward may name somebody who is not registered or of age yet, but nobody whose account is closed. */
async function refuseAsGuardian(
  ledger: Table,
  { guardianId, mustBeThere, now }: { guardianId: string; mustBeThere: boolean; now: Date },
): Promise<Refusal | undefined> {
  const item = await readItem(ledger, walletKey(guardianId));
  const wallet = item && parseWallet(item);
  if (wallet?.status !== 'closed' && (!mustBeThere || (wallet && isAdult(wallet, dayOf(now))))) return undefined;
  return refuse(
    'guardian_not_eligible',
    `The user ${guardianId} cannot be a guardian: a guardian is registered, of age, and has not closed the account.`,
    { guardianId },
  );
}

function end(
  { by, guardianId, now }: Agree,
  known: GuardianLink,
  rules: WalletRules,
): { link: GuardianLink; rules: WalletRules } {
  const { wardAgreedAt, guardianAgreedAt, ...rest } = known;
  const isOpen = wardAgreedAt !== undefined || guardianAgreedAt !== undefined;
  const link = isOpen ? { ...rest, endedAt: now.toISOString(), endedBy: by } : known;
  const { guardian, ...others } = rules;
  return { link, rules: guardian?.userId === guardianId ? others : rules };
}

/**
 * The link, and while it is open the line by which the guardian's wards are found. An account that is closed meanwhile gets no new
 * line, so that whoever erases it later has seen them all.
 */
function linkWrites(
  link: GuardianLink,
  { known, agrees }: { known: GuardianLink; agrees: boolean },
): Write<'changed'>[] {
  const { userId, guardianId } = link;
  if (!agrees) return [putLink(link, known)];
  return [
    putLink(link, known),
    { put: { Item: { ...wardLineKey(link), userId, guardianId } }, failure: () => 'changed' },
    {
      check: {
        Key: walletKey(guardianId),
        ConditionExpression: 'attribute_not_exists(pk) OR #status <> :closed',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':closed': 'closed' },
      },
      failure: () => 'changed',
    },
  ];
}

function putLink(link: GuardianLink, known: GuardianLink): Write<'changed'> {
  return {
    put: {
      Item: { ...guardianLinkKey(link), ...link, version: known.version + 1 },
      ...(known.version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': known.version } }),
    },
    failure: () => 'changed',
  };
}

/** Whether a user and a guardian have anything to do with each other already, as far as what both say goes. */
export async function isLinkKnown(ledger: Table, link: { userId: string; guardianId: string }): Promise<boolean> {
  return (await readItem(ledger, guardianLinkKey(link))) !== undefined;
}
