import { birthday, dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogValue } from '../catalog/schemas.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { parseUser, type User } from '../store/items/user.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { userKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { guardsOf } from './guards.ts';
import type { UserBody } from './schemas.ts';

export type RegisterUser = UserBody & { userId: string; now: Date };

export type RegisteredUser = { user: User; adultOn: string | undefined };

/**
 * Registers a user and opens the wallet at 0 coins, or changes what is known of the user; age and region are decided
 * here, so that no gift has to look them up. The same request again changes nothing.
 */
export async function putUser(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  command: RegisterUser,
): Promise<RegisteredUser | Refusal> {
  const refusal = refuseImplausible(command);
  if (refusal) return refusal;
  const ages = await catalog.current('ages', command.now);
  const adultOn = adultDay(command, ages.value);
  return untilUnchanged(`The wallet of user ${command.userId}`, async () => {
    const [walletItem, userItem] = await Promise.all([
      readItem(ledger, walletKey(command.userId)),
      readItem(ledger, userKey(command.userId)),
    ]);
    const user = describeUser(command, userItem && parseUser(userItem));
    const wallet = walletItem && parseWallet(walletItem);
    const written = await transact(ledger, [
      wallet ? changeWallet(wallet, command, adultOn) : openWallet(command, adultOn),
      { put: { Item: { ...userKey(command.userId), ...user } }, failure: () => 'changed' },
    ]);
    if (written.committed) return { user, adultOn };
    return changedMeanwhile;
  });
}

const oldestYears = 130;

function refuseImplausible({ birthDate, guardian, userId, now }: RegisterUser): Refusal | undefined {
  const today = dayOf(now);
  if (birthDate && (birthDate > today || birthday(birthDate, oldestYears) < today))
    return refuse('malformed_request', "The body's birthDate must be the past birth date of a living person.");
  if (guardian === userId) return refuse('malformed_request', "The body's guardian must be another user.");
  return undefined;
}

/** The first day of buying and gifting: the region's age, counted from the birth date. */
function adultDay({ birthDate, region }: RegisterUser, ages: CatalogValue<'ages'>): string | undefined {
  return birthDate && birthday(birthDate, ages.regionYears[region] ?? ages.defaultYears);
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

function openWallet({ userId, region, now }: RegisterUser, adultOn: string | undefined): Write<'changed'> {
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
  };
  const guards = guardsOf(wallet, dayOf(now));
  return {
    put: {
      Item: { ...walletKey(userId), ...wallet, ...(guards && { guards }) },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
    failure: () => 'changed',
  };
}

function changeWallet(wallet: Wallet, { region, now }: RegisterUser, adultOn: string | undefined): Write<'changed'> {
  const guards = guardsOf(
    { owed: wallet.owed, ...(wallet.promo && { promo: wallet.promo }), ...(adultOn && { adultOn }) },
    dayOf(now),
  );
  const set = [
    '#region = :region',
    'version = version + :one',
    ...(adultOn ? ['adultOn = :adultOn'] : []),
    ...(guards ? ['guards = :guards'] : []),
  ];
  const remove = [...(adultOn ? [] : ['adultOn']), ...(guards ? [] : ['guards'])];
  return {
    update: {
      Key: walletKey(wallet.userId),
      ConditionExpression: 'version = :version',
      UpdateExpression: `SET ${set.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : ''}`,
      ExpressionAttributeNames: { '#region': 'region' },
      ExpressionAttributeValues: {
        ':region': region,
        ':version': wallet.version,
        ':one': 1,
        ...(adultOn && { ':adultOn': adultOn }),
        ...(guards && { ':guards': guards }),
      },
    },
    failure: () => 'changed',
  };
}
