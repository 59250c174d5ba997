import { logger } from '../observability.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import type { Proposal, StoredVersion } from './catalog-items.ts';
import { proposalKey, versionKey } from './catalog-keys.ts';
import { moveHead } from './catalog-writes.ts';
import { judgeVersion } from './judge-version.ts';
import { accepted, baseChanged, findProposalItem, parseValue } from './propose-version.ts';
import { nextNumber, readSchedule } from './read-schedule.ts';
import { refuseFindings } from './refuse-findings.ts';
import { judgedWith, lastOf } from './schedule.ts';
import type { CatalogKind, CatalogValue } from './schemas.ts';
import { startOf } from './start-of-version.ts';

export type DecideProposal = {
  kind: CatalogKind;
  proposalId: string;
  decision: 'approve' | 'reject';
  reason: string;
  /** The client of the token. */
  caller: string;
  now: Date;
};

/**
 * Publishes a proposed version, or puts it aside. Whoever proposed it can do neither, and the write itself makes sure of that.
 * An approved version is one that follows the version it was compared with, and that passes the checks as things are now.
 * The same decision by the same operator again has the same answer.
 * @throws Contention when other versions were published on every attempt.
 */
export async function decideProposal(catalog: Table, command: DecideProposal): Promise<Proposal | Refusal> {
  const { kind, proposalId, decision, caller } = command;
  const decided = await untilUnchanged(`The catalogue, while proposal ${proposalId} was decided on,`, async () => {
    const proposal = await findProposalItem(catalog, command);
    if (!proposal) return proposalNotFound(command);
    if (proposal.proposedBy === caller) return ownProposal(command);
    if (proposal.state !== 'open') return isRepetition(proposal, command) ? proposal : notOpen(proposal);
    const writes = await writesOf(catalog, proposal, command);
    if (isRefusal(writes)) return (await isStillOpen(catalog, command)) ? writes : changedMeanwhile;
    const written = await transact(catalog, writes);
    if (!written.committed) return changedMeanwhile;
    return (await findProposalItem(catalog, command)) ?? proposalNotFound(command);
  });
  if (isRefusal(decided))
    logger.warn('catalogue decision refused', { kind, proposalId, decision, decidedBy: caller, code: decided.code });
  else logger.info('catalogue version decided on', { kind, proposalId, decision, decidedBy: caller });
  return decided;
}

/** Otherwise what stands in its way may be the very version that it became, by the same decision at the same time. */
async function isStillOpen(catalog: Table, command: DecideProposal): Promise<boolean> {
  return (await findProposalItem(catalog, command))?.state === 'open';
}

type Writes = Write<'changed'>[];

async function writesOf(catalog: Table, proposal: Proposal, command: DecideProposal): Promise<Writes | Refusal> {
  if (command.decision === 'reject') return [decideOn(proposal, command, 'rejected')];
  const { kind, now } = command;
  const { heads, schedule } = await readSchedule(catalog, now, judgedWith(kind));
  const { baseVersion } = proposal;
  const last = lastOf(schedule, kind);
  if (last.version !== baseVersion) return baseChanged({ kind, baseVersion, latest: last.version });
  const effectiveAt = startOf({ kind, asked: proposal.effectiveAt, last, now });
  if (isRefusal(effectiveAt)) return effectiveAt;
  const value = parseValue(kind, proposal.value);
  if (isRefusal(value)) return value;
  const candidate = { version: 'proposed', effectiveAt, value: value as CatalogValue<typeof kind> };
  const { sameAs, acknowledged } = proposal;
  const refusal = refuseFindings(
    judgeVersion(kind, candidate, schedule),
    accepted({ sameAs, acknowledge: acknowledged }),
  );
  if (refusal) return refusal;
  const number = await nextNumber(catalog, kind, heads.get(kind));
  const published = { version: String(number), takesEffectAt: effectiveAt };
  return [
    decideOn(proposal, command, 'approved', published),
    putVersion({ ...proposal, value }, command, published),
    ...moveHead(kind, heads, number),
  ];
}

type Published = { version: string; takesEffectAt: string };

/** Four eyes are a part of the condition: nobody can have become the proposer in between, whatever the code before it says. */
function decideOn(
  { proposalId }: Proposal,
  { kind, reason, caller, now }: DecideProposal,
  state: 'approved' | 'rejected',
  published: Partial<Published> = {},
): Write<'changed'> {
  const values = { state, decidedBy: caller, decidedAt: now.toISOString(), decisionReason: reason, ...published };
  const names = Object.keys(values);
  return {
    update: {
      Key: proposalKey(kind, proposalId),
      ConditionExpression: '#state = :open AND proposedBy <> :decidedBy',
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':open': 'open',
        ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
      },
    },
    failure: () => 'changed',
  };
}

function putVersion(
  { proposalId, value, proposedBy, reason }: Proposal,
  { kind, caller, now }: DecideProposal,
  { version, takesEffectAt }: Published,
): Write<'changed'> {
  const published: StoredVersion = {
    version,
    effectiveAt: takesEffectAt,
    value,
    proposalId,
    proposedBy,
    reason,
    approvedBy: caller,
    approvedAt: now.toISOString(),
  };
  return {
    put: {
      Item: { ...versionKey(kind, takesEffectAt), ...published },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
    failure: () => 'changed',
  };
}

function isRepetition({ state, decidedBy }: Proposal, { decision, caller }: DecideProposal): boolean {
  return decidedBy === caller && state === (decision === 'approve' ? 'approved' : 'rejected');
}

export function proposalNotFound({ kind, proposalId }: { kind: CatalogKind; proposalId: string }): Refusal {
  return refuse('catalog_proposal_not_found', `There is no proposal ${proposalId} of ${kind}.`, { kind, proposalId });
}

function ownProposal({ kind, proposalId }: DecideProposal): Refusal {
  return refuse('own_proposal', 'Somebody else than who proposed a version must decide on it.', { kind, proposalId });
}

function notOpen({ proposalId, state }: Proposal): Refusal {
  return refuse('state_conflict', `The proposal is ${state}: only one that is open can be decided on.`, {
    proposalId,
    state,
  });
}
