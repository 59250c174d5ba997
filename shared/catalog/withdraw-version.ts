import { logger } from '../observability.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import type { WithdrawnVersion } from './catalog-items.ts';
import { versionKey, withdrawnKey } from './catalog-keys.ts';
import { moveHead } from './catalog-writes.ts';
import { type FoundVersion, findVersion } from './find-versions.ts';
import { judgeWithout } from './judge-version.ts';
import { type Heads, readSchedule } from './read-schedule.ts';
import { refuseFindings } from './refuse-findings.ts';
import { judgedWith, lastOf, type Schedule } from './schedule.ts';
import type { CatalogKind } from './schemas.ts';
import { leadSeconds, soonest } from './start-of-version.ts';

export type WithdrawVersion = { kind: CatalogKind; version: string; reason: string; caller: string; now: Date };

/**
 * Takes a version off the schedule before it takes effect. That takes one operator: what goes on holding was approved
 * by two, and to stop something must not wait for a second. Only the last version of a kind, since a later one was
 * compared with it; and only while every function instance can still be told.
 * @throws Contention when other versions were published on every attempt.
 */
export async function withdrawVersion(catalog: Table, command: WithdrawVersion): Promise<FoundVersion | Refusal> {
  const { kind, version, caller } = command;
  const withdrawn = await untilUnchanged(`The catalogue, while version ${version} was withdrawn,`, async () => {
    const { heads, schedule } = await readSchedule(catalog, command.now, judgedWith(kind));
    const found = await findVersion(catalog, command);
    if (isRefusal(found)) return found;
    if (found.state === 'withdrawn' && 'withdrawnBy' in found && found.withdrawnBy === caller) return found;
    const refusal = refuseWithdrawal(found, schedule, command);
    if (refusal) return refusal;
    const written = await transact(catalog, withdrawalWrites(found, heads, command));
    return written.committed ? findVersion(catalog, command) : changedMeanwhile;
  });
  if (!isRefusal(withdrawn)) logger.info('catalogue version withdrawn', { kind, version, withdrawnBy: caller });
  return withdrawn;
}

function refuseWithdrawal(
  { version, state, effectiveAt }: FoundVersion,
  schedule: Schedule,
  { kind, now }: WithdrawVersion,
): Refusal | undefined {
  if (state !== 'scheduled')
    return refuse(
      'state_conflict',
      `The version is ${state === 'in_force' ? 'in force' : state}: only one that is scheduled can be withdrawn. Publish an earlier one again instead.`,
      { kind, version, state },
    );
  const last = lastOf(schedule, kind).version;
  if (last !== version)
    return refuse('state_conflict', `The version ${last} follows it: withdraw that one first.`, {
      kind,
      version,
      followedBy: last,
    });
  if (effectiveAt < soonest(now))
    return refuse(
      'catalog_too_soon',
      `The version takes effect on ${effectiveAt}, in less than the ${leadSeconds} seconds that every function instance needs to be told: publish the earlier one again.`,
      { kind, version, effectiveAt, leadSeconds },
    );
  return refuseFindings(judgeWithout(kind, schedule), { acknowledged: [], publishedBefore: true });
}

function withdrawalWrites(found: FoundVersion, heads: Heads, command: WithdrawVersion): Write<'changed'>[] {
  const { kind, version, reason, caller, now } = command;
  const { state: _, ...stored } = found;
  const withdrawn: WithdrawnVersion = {
    ...stored,
    withdrawnBy: caller,
    withdrawnAt: now.toISOString(),
    withdrawnFor: reason,
  };
  const failure = () => 'changed' as const;
  return [
    {
      remove: {
        Key: versionKey(kind, found.effectiveAt),
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': version },
      },
      failure,
    },
    {
      put: { Item: { ...withdrawnKey(kind, version), ...withdrawn }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure,
    },
    ...moveHead(kind, heads),
  ];
}
