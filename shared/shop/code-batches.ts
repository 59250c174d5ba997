import type { Catalog } from '../catalog/catalog.ts';
import { countGiven, worthOf } from '../operations/given-worth.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { type CodeBatch, type CodeBenefit, parseCodeBatch, type RedemptionCode } from '../store/items/code.ts';
import { queryPage, readItem } from '../store/read.ts';
import { codeBatches, codeBatchKey, codeKey } from '../store/shop-keys.ts';
import type { Item, Table } from '../store/table.ts';
import { transact, updateIf, type Write } from '../store/write.ts';
import { hashOfCode, newCode } from './code-text.ts';
import { itemNotFound } from './refuse-offer.ts';
import type { CodeBatchBody } from './schemas.ts';

export type MakeCodes = CodeBatchBody & { batchId: string; caller: string; now: Date };

/** `codes` is empty in a replay: the codes themselves are kept nowhere. */
export type MadeCodes = { batch: CodeBatch; codes: string[]; replayed: boolean };

/** DynamoDB's limit for one transaction. */
const codesAtOnce = 100;

/**
 * Makes a batch of codes and tells them this one time. The batch comes first, so that whatever was made can be revoked even
 * when the answer is lost. Refusals: `malformed_request` (the window), `item_not_found`, `idempotency_key_reused`, `grant_limit_reached`.
 */
export async function makeCodes(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  command: MakeCodes,
): Promise<MadeCodes | Refusal> {
  const batch = batchOf(command);
  const put = { Item: { ...codeBatchKey(batch.batchId), ...batch }, ConditionExpression: 'attribute_not_exists(pk)' };
  const refusal = await refuseBatch(catalog, command);
  const earlier = await readItem(ledger, codeBatchKey(batch.batchId));
  if (earlier) return replay(earlier, batch, command);
  if (refusal) return refusal;
  const { givenWorthCoinsPerDay: mostWorthCoins } = (await catalog.current('spending', command.now)).value;
  const begun = await transact<Item | Refusal>(ledger, [
    { put, failure: (current = {}) => current },
    ...givenBy(batch, { mostWorthCoins, now: command.now }),
  ]);
  if (!begun.committed) {
    const [failure = {}] = begun.failures;
    return isRefusal(failure) ? failure : replay(failure, batch, command);
  }
  const codes = Array.from({ length: batch.count }, newCode);
  for (let start = 0; start < codes.length; start += codesAtOnce) {
    const written = await transact(
      ledger,
      codes.slice(start, start + codesAtOnce).map((code) => putCode(code, batch)),
    );
    if (!written.committed) throw new Error(`The batch ${batch.batchId} made a code that there is already.`);
  }
  return { batch, codes, replayed: false };
}

function batchOf({ count, gives, userId, from, until, reason, batchId, caller, now }: MakeCodes): CodeBatch {
  const at = now.toISOString();
  const owner = userId === undefined ? {} : { owner: userId };
  const worth = 'coins' in gives ? worthOf(gives.coins * count, gives.worthBasisPoints) : {};
  return { batchId, count, gives, ...owner, from: from ?? at, until, reason, ...worth, madeBy: caller, madeAt: at };
}

/** Worth is counted when the codes are made, though some are never redeemed: they are out of the operators' hands then. */
function givenBy(
  { batchId, worthCoins, madeBy }: CodeBatch,
  { mostWorthCoins, now }: { mostWorthCoins: number; now: Date },
): Write<Refusal>[] {
  return countGiven({ by: 'codes', id: batchId, givenBy: madeBy, worthCoins, mostWorthCoins, now });
}

function putCode(code: string, { batchId, gives, owner, from, until }: CodeBatch): Write<'exists'> {
  const item: RedemptionCode = { batchId, gives, ...(owner !== undefined && { owner }), from, until };
  return {
    put: { Item: { ...codeKey(hashOfCode(code)), ...item }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'exists',
  };
}

async function refuseBatch(catalog: Catalog, { gives, from, until, now }: MakeCodes): Promise<Refusal | undefined> {
  if (until <= (from ?? now.toISOString()) || until <= now.toISOString())
    return refuse('malformed_request', "The body's until must be later than its from, and than now.");
  if (!('item' in gives)) return undefined;
  const { value } = await catalog.current('shop', now);
  return value.entitlements.some(({ code }) => code === gives.item) ? undefined : itemNotFound(gives.item);
}

/** A request that names no beginning begins when it comes, which is another time when it comes again. */
function replay(current: Item, wanted: CodeBatch, { from }: MakeCodes): MadeCodes | Refusal {
  const batch = parseCodeBatch(current);
  const request = ({ count, gives, owner, until, reason }: CodeBatch) =>
    JSON.stringify([count, benefitOf(gives), owner, until, reason]);
  const isSameStart = from === undefined || from === batch.from;
  if (isSameStart && request(batch) === request(wanted)) return { batch, codes: [], replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another batch of codes: use a new key for a new batch.',
    { batchId: batch.batchId },
  );
}

function benefitOf(gives: CodeBenefit): unknown[] {
  return 'coins' in gives ? [gives.coins, gives.worthBasisPoints ?? 0] : [gives.item];
}

async function findBatch(ledger: Table, batchId: string): Promise<CodeBatch | Refusal> {
  const item = await readItem(ledger, codeBatchKey(batchId));
  if (item) return parseCodeBatch(item);
  return refuse('batch_not_found', `There is no batch of codes ${batchId}.`, { batchId });
}

/** As many batches as one page of a query brings, the latest first, and whether there are more. */
export async function listBatches(
  ledger: Table,
  { limit, before }: { limit: number; before: string | undefined },
): Promise<CodeBatch[]> {
  const { pk, prefix } = codeBatches();
  const { items } = await queryPage(ledger, {
    KeyConditionExpression: 'pk = :batches AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':batches': pk, ':first': prefix, ':last': `${prefix}${before ?? '~'}` },
    ScanIndexForward: false,
    ConsistentRead: true,
    // The bound itself comes back too, and one more tells whether a page follows.
    Limit: limit + 2,
  });
  return items.map(parseCodeBatch).filter(({ batchId }) => batchId !== before);
}

type RevokeBatch = { batchId: string; reason: string; caller: string; now: Date };

/** From now on none of the batch's codes can be redeemed; what was redeemed stays. Revoked before, it stays as it was. */
export async function revokeBatch(
  ledger: Table,
  { batchId, reason, caller, now }: RevokeBatch,
): Promise<CodeBatch | Refusal> {
  const revoked = await updateIf(ledger, {
    Key: codeBatchKey(batchId),
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revokedAt)',
    UpdateExpression: 'SET revokedAt = :now, revokedBy = :caller, revokedFor = :reason',
    ExpressionAttributeValues: { ':now': now.toISOString(), ':caller': caller, ':reason': reason },
  });
  if (revoked.applied) return parseCodeBatch(revoked.item);
  return revoked.current ? parseCodeBatch(revoked.current) : findBatch(ledger, batchId);
}
