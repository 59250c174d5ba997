import { birthday, dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogValue } from '../catalog/schemas.ts';
import { agreeOnGuardian, isLinkKnown } from '../guardians/agree-on-guardian.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { parseUser, type User } from '../store/items/user.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { userKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { accountClosed, guardsOf } from './guards.ts';
import type { UserBody } from './schemas.ts';

/** `caller` is the client of the token. */
export type RegisterUser = UserBody & { userId: string; caller?: string; now: Date };

export type RegisteredUser = { user: User; adultOn: string | undefined };

/** The first days of buying and gifting: on one's own, and with a guardian where the region has such a day. */
type FirstDays = { adultOn: string | undefined; wardOn: string | undefined };

/**
 * Registers a user and opens the wallet at 0 coins, or changes what is known of the user; age and region are decided
 * here, so that no gift has to look them up. Who names a guardian agrees to that guardian, unless anything was said about the
 * link before. The same request again changes nothing.
 */
export async function putUser(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  command: RegisterUser,
): Promise<RegisteredUser | Refusal> {
  const refusal = refuseImplausible(command);
  if (refusal) return refusal;
  const ages = await catalog.current('ages', command.now);
  const days = firstDays(command, ages.value);
  const registered = await untilUnchanged(`The wallet of user ${command.userId}`, async () => {
    const [walletItem, userItem] = await Promise.all([
      readItem(ledger, walletKey(command.userId)),
      readItem(ledger, userKey(command.userId)),
    ]);
    const user = describeUser(command, userItem && parseUser(userItem));
    const wallet = walletItem && parseWallet(walletItem);
    if (wallet?.status === 'closed') return accountClosed();
    const written = await transact(ledger, [
      wallet ? changeWallet(wallet, command, days) : openWallet(command, days),
      { put: { Item: { ...userKey(command.userId), ...user } }, failure: () => 'changed' },
    ]);
    if (written.committed) return { user, adultOn: days.adultOn };
    return changedMeanwhile;
  });
  if (isRefusal(registered)) return registered;
  return (await proposeGuardian(ledger, command)) ?? registered;
}

async function proposeGuardian(
  ledger: Table,
  { userId, guardian: guardianId, caller = 'app', now }: RegisterUser,
): Promise<Refusal | undefined> {
  if (guardianId === undefined || (await isLinkKnown(ledger, { userId, guardianId }))) return undefined;
  const agreed = await agreeOnGuardian(ledger, { userId, guardianId, by: 'ward', agrees: true, caller, now });
  return isRefusal(agreed) ? agreed : undefined;
}

const oldestYears = 130;

function refuseImplausible({ birthDate, guardian, userId, now }: RegisterUser): Refusal | undefined {
  const today = dayOf(now);
  if (birthDate && (birthDate > today || birthday(birthDate, oldestYears) < today))
    return refuse('malformed_request', "The body's birthDate must be the past birth date of a living person.");
  if (guardian === userId) return refuse('malformed_request', "The body's guardian must be another user.");
  return undefined;
}

/** The region's ages, counted from the birth date. */
function firstDays({ birthDate, region }: RegisterUser, ages: CatalogValue<'ages'>): FirstDays {
  const { regionYears, defaultYears, wardYears = {} } = ages;
  const adultOn = birthDate && birthday(birthDate, regionYears[region] ?? defaultYears);
  const years = wardYears[region];
  const wardOn = birthDate && years !== undefined ? birthday(birthDate, years) : undefined;
  return { adultOn, wardOn: wardOn && adultOn && wardOn < adultOn ? wardOn : undefined };
}

function describeUser(command: RegisterUser, known: User | undefined): User {
  const { userId, region, birthDate, guardian, refundDataConsent = false, now } = command;
  const at = now.toISOString();
  return {
    userId,
    region,
    ...(birthDate !== undefined && { birthDate }),
    ...(guardian !== undefined && { guardian }),
    refundDataConsent,
    registeredAt: known?.registeredAt ?? at,
    updatedAt: at,
  };
}

function openWallet({ userId, region, now }: RegisterUser, { adultOn, wardOn }: FirstDays): Write<'changed'> {
  const wallet: Wallet = {
    userId,
    region,
    status: 'active',
    paid: 0,
    owed: 0,
    outbox: {},
    prunedThrough: '',
    spent: {},
    version: 1,
    openedAt: now.toISOString(),
    ...(adultOn !== undefined && { adultOn }),
    ...(wardOn !== undefined && { wardOn }),
  };
  const guards = guardsOf(wallet, now);
  return {
    put: {
      Item: { ...walletKey(userId), ...wallet, ...(guards && { guards }) },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
    failure: () => 'changed',
  };
}

function changeWallet(wallet: Wallet, { region, now }: RegisterUser, days: FirstDays): Write<'changed'> {
  const changed = { ...days, guards: guardsOf({ ...wallet, ...days }, now) };
  const names = Object.keys(changed) as (keyof typeof changed)[];
  const present = names.filter((name) => changed[name] !== undefined);
  const absent = names.filter((name) => changed[name] === undefined);
  const set = ['#region = :region', 'version = version + :one', ...present.map((name) => `${name} = :${name}`)];
  return {
    update: {
      Key: walletKey(wallet.userId),
      ConditionExpression: 'version = :version',
      UpdateExpression: `SET ${set.join(', ')}${absent.length > 0 ? ` REMOVE ${absent.join(', ')}` : ''}`,
      ExpressionAttributeNames: { '#region': 'region' },
      ExpressionAttributeValues: {
        ':region': region,
        ':version': wallet.version,
        ':one': 1,
        ...Object.fromEntries(present.map((name) => [`:${name}`, changed[name]])),
      },
    },
    failure: () => 'changed',
  };
}
