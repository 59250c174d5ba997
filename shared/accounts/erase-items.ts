import type { VisibilityChoice } from '../store/items/board.ts';
import { parseGuardianLink } from '../store/items/guardian-link.ts';
import { parseWalletEntry } from '../store/items/wallet-entry.ts';
import { entryKeyPrefix, grantKey, headKey, type Key } from '../store/keys.ts';
import { ruleChangePrefix, wardLineKey } from '../store/rule-keys.ts';
import type { Item } from '../store/table.ts';
import { visibilityKey } from '../store/visibility-keys.ts';
import type { Write } from '../store/write.ts';

/** What stands where a text was that somebody wrote about a person. */
const erasedText = 'erased';

/** ISO 3166 keeps this code for an unknown place. */
const noRegion = 'ZZ';

type Erasing = Write<'changed'>;

/**
 * What becomes of an item of the user's own partition. What was told of the person goes; a balance, an entry and an id stay, because the books
 * are made of them. An item that is erased already needs no write.
 */
export function eraseOwnItem(item: Item, now: Date): Erasing[] {
  const key = keyOf(item);
  const { sk } = key;
  if (sk === headKey) return eraseWallet(key, item);
  if (sk === 'USER') return [removeItem(key), hide(String(item.userId), now)];
  if (sk.startsWith('GUARDIAN#')) return [removeItem(key), removeItem(wardLineKey(parseGuardianLink(item)))];
  if (sk.startsWith(ruleChangePrefix)) return [removeItem(key)];
  if (sk.startsWith(entryKeyPrefix)) return eraseEntry(key, item);
  return [];
}

/**
 * Leaderboards name nobody who is hidden, also when they are counted again. With the user item goes the last chance to choose otherwise.
 */
function hide(userId: string, now: Date): Erasing {
  const choice: VisibilityChoice = { userId, visibility: 'hidden', updatedAt: now.toISOString() };
  return {
    put: { Item: { ...visibilityKey(userId), ...choice } },
    failure: () => 'changed',
  };
}

/** The age, where it is from, rules and doubts of the person. Wallet and balances stay, closed for ever. */
function eraseWallet(key: Key, item: Item): Erasing[] {
  const personal = ['adultOn', 'wardOn', 'specialRules', 'statusChange'].filter((name) => item[name] !== undefined);
  if (personal.length === 0 && item.region === noRegion) return [];
  return [
    {
      update: {
        Key: key,
        ConditionExpression: 'version = :version AND #status = :closed',
        UpdateExpression:
          'SET #region = :none, version = version + :one' +
          (personal.length > 0 ? ` REMOVE ${personal.join(', ')}` : ''),
        ExpressionAttributeNames: { '#region': 'region', '#status': 'status' },
        ExpressionAttributeValues: { ':none': noRegion, ':version': item.version, ':closed': 'closed', ':one': 1 },
      },
      failure: () => 'changed',
    },
  ];
}

/** Operators are told to write no names into their reasons; whether they did, nobody can tell. */
function eraseEntry(key: Key, item: Item): Erasing[] {
  const entry = parseWalletEntry(item);
  if (entry.flow !== 'grant' || entry.reason === erasedText) return [];
  return [replaceReason(key), replaceReason(grantKey(entry.entryId))];
}

/** Why codes were made for the person alone, and why they were revoked. */
export function eraseCodeBatch(item: Item): Erasing[] {
  const texts = ['reason', 'revokedFor'].filter((name) => item[name] !== undefined && item[name] !== erasedText);
  if (texts.length === 0) return [];
  return [
    {
      update: {
        Key: keyOf(item),
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression: `SET ${texts.map((name) => `${name} = :erased`).join(', ')}`,
        ExpressionAttributeValues: { ':erased': erasedText },
      },
      failure: () => 'changed',
    },
  ];
}

/** Where an order was made from, and the pages its buyer was sent to; what was bought, paid and taxed stays. */
export function eraseOrder(item: Item): Erasing[] {
  const personal = ['storefront', 'checkout'].filter((name) => item[name] !== undefined);
  if (personal.length === 0) return [];
  return [
    {
      update: {
        Key: keyOf(item),
        ConditionExpression: 'version = :version',
        UpdateExpression: `SET version = version + :one REMOVE ${personal.join(', ')}`,
        ExpressionAttributeValues: { ':version': item.version, ':one': 1 },
      },
      failure: () => 'changed',
    },
  ];
}

/** Where and how a creator is paid, and why payouts were ever held. */
export function eraseCreatorItem(item: Item): Erasing[] {
  const key = keyOf(item);
  if (key.sk.startsWith('HOLD#')) return item.reason === erasedText ? [] : [replaceReason(key)];
  if (key.sk !== 'PROFILE') return [];
  const hold = item.payoutHold as { reason: string } | undefined;
  const holdsText = hold !== undefined && hold.reason !== erasedText;
  if (item.payoutProfile === undefined && item.region === noRegion && !holdsText) return [];
  return [
    {
      update: {
        Key: key,
        ConditionExpression: 'version = :version',
        UpdateExpression:
          `SET #region = :none, version = version + :one${holdsText ? ', payoutHold.reason = :erased' : ''}` +
          ' REMOVE payoutProfile, dueBucket, dueAt',
        ExpressionAttributeNames: { '#region': 'region' },
        ExpressionAttributeValues: {
          ':none': noRegion,
          ':version': item.version,
          ':one': 1,
          ...(holdsText && { ':erased': erasedText }),
        },
      },
      failure: () => 'changed',
    },
  ];
}

/** Where a payout went, when it need not be known any more. */
export function erasePayout(item: Item): Erasing[] {
  if (item.destination === undefined) return [];
  return [
    {
      update: {
        Key: keyOf(item),
        ConditionExpression: 'version = :version',
        UpdateExpression: 'SET version = version + :one REMOVE destination, destinationSince',
        ExpressionAttributeValues: { ':version': item.version, ':one': 1 },
      },
      failure: () => 'changed',
    },
  ];
}

export function removeItem(key: Key): Erasing {
  return { remove: { Key: key }, failure: () => 'changed' };
}

function replaceReason(key: Key): Erasing {
  return {
    update: {
      Key: key,
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression: 'SET reason = :erased',
      ExpressionAttributeValues: { ':erased': erasedText },
    },
    failure: () => 'changed',
  };
}

function keyOf({ pk, sk }: Item): Key {
  return { pk: String(pk), sk: String(sk) };
}
