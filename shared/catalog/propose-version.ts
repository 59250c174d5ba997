import * as z from 'zod/mini';
import { explainIssues, type FieldProblem } from '../http/explain-issues.ts';
import { logger } from '../observability.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { Proposal } from './catalog-items.ts';
import { proposalKey } from './catalog-keys.ts';
import { differences, unknownFields } from './differences.ts';
import { findVersion } from './find-versions.ts';
import type { Finding } from './findings.ts';
import { judgeVersion } from './judge-version.ts';
import { readSchedule } from './read-schedule.ts';
import { refuseFindings } from './refuse-findings.ts';
import { judgedWith, lastOf, type Schedule } from './schedule.ts';
import { type CatalogKind, type CatalogValue, catalogKinds } from './schemas.ts';
import { startOf } from './start-of-version.ts';

export type ProposeVersion = {
  kind: CatalogKind;
  proposalId: string;
  baseVersion: string;
  value?: unknown;
  sameAs?: string | undefined;
  effectiveAt?: string | undefined;
  reason: string;
  acknowledge?: string[] | undefined;
  /** The client of the token. */
  caller: string;
  now: Date;
};

export type Proposed = { proposal: Proposal; replayed: boolean };

/**
 * Keeps a version that an operator wants published, with what the checks found, for another operator to decide on. What does not
 * pass the checks is refused with all that was found, and not kept. The same request under the same key has the same answer,
 * whatever was published since.
 */
export async function proposeVersion(catalog: Table, command: ProposeVersion): Promise<Proposed | Refusal> {
  const { kind, proposalId } = command;
  const earlier = await findProposalItem(catalog, command);
  if (earlier) return replay(catalog, earlier, command);
  const proposal = await makeProposal(catalog, command);
  if (isRefusal(proposal)) {
    // The same request may have been carried out, and approved, while this one was judged.
    const meanwhile = await findProposalItem(catalog, command);
    return meanwhile ? replay(catalog, meanwhile, command) : proposal;
  }
  const written = await transact(catalog, [
    {
      put: { Item: { ...proposalKey(kind, proposalId), ...proposal }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: () => 'exists',
    },
  ]);
  if (!written.committed) {
    const other = await findProposalItem(catalog, command);
    if (!other) throw new Error(`DynamoDB refused to put the proposal ${proposalId}, and there is none.`);
    return replay(catalog, other, command);
  }
  logger.info('catalogue version proposed', { kind, proposalId, proposedBy: command.caller });
  return { proposal, replayed: false };
}

async function makeProposal(catalog: Table, command: ProposeVersion): Promise<Proposal | Refusal> {
  const value = await readValue(catalog, command);
  if (isRefusal(value)) return value;
  const { schedule } = await readSchedule(catalog, command.now, judgedWith(command.kind));
  const findings = judge(command, value, schedule);
  return isRefusal(findings) ? findings : describe(command, value, findings);
}

/** Findings that the proposal may be kept with, or why it may not be. */
function judge(command: ProposeVersion, value: unknown, schedule: Schedule): Finding[] | Refusal {
  const { kind, baseVersion, now } = command;
  const last = lastOf(schedule, kind);
  if (last.version !== baseVersion) return baseChanged({ kind, baseVersion, latest: last.version });
  const effectiveAt = startOf({ kind, asked: command.effectiveAt, last, now });
  if (isRefusal(effectiveAt)) return effectiveAt;
  const version = { version: 'proposed', effectiveAt, value: value as CatalogValue<typeof kind> };
  const findings = judgeVersion(kind, version, schedule);
  return refuseFindings(findings, accepted(command), differences(last.value, value)) ?? findings;
}

/**
 * What the proposal passes with. A version that was published before has been looked at by two people, and may be
 * needed again in a hurry: whatever only looks like a slip needs no second word.
 */
export function accepted({ sameAs, acknowledge = [] }: Pick<ProposeVersion, 'sameAs' | 'acknowledge'>) {
  return { acknowledged: acknowledge, publishedBefore: sameAs !== undefined };
}

/** The value that is proposed, parsed and with its defaults; every field that is wrong or unknown is named. */
async function readValue(catalog: Table, { kind, value, sameAs, now }: ProposeVersion): Promise<unknown | Refusal> {
  if (sameAs !== undefined) {
    const version = await findVersion(catalog, { kind, version: sameAs, now });
    return isRefusal(version) ? version : version.value;
  }
  const parsed = parseValue(kind, value);
  if (isRefusal(parsed)) return parsed;
  const unknown = unknownFields(value, parsed);
  return unknown.length > 0
    ? malformedValue(unknown.slice(0, 10).map((field) => ({ field, problem: 'is unknown' })))
    : parsed;
}

/** By the schema of this deployment; a proposal may be from before it, and a version that it cannot read would stop everything. */
export function parseValue(kind: CatalogKind, value: unknown): CatalogValue<CatalogKind> | Refusal {
  const parsed = z.safeParse<(typeof catalogKinds)[CatalogKind]>(catalogKinds[kind], value, { reportInput: true });
  return parsed.success ? parsed.data : malformedValue(explainIssues(parsed.error.issues));
}

function malformedValue(problems: FieldProblem[]): Refusal {
  const errors = problems.map(({ field, problem }) => ({ field: field === '' ? 'value' : `value.${field}`, problem }));
  const [first] = errors;
  return refuse('malformed_request', `The body's ${first?.field} ${first?.problem}.`, { errors });
}

export function baseChanged(facts: { kind: CatalogKind; baseVersion: string; latest: string }): Refusal {
  return refuse(
    'catalog_changed',
    `The latest version of ${facts.kind} is ${facts.latest}, not ${facts.baseVersion}: look at it and propose again.`,
    facts,
  );
}

/** With a value as large as a request may be, the proposal stays below DynamoDB's 400 kB. */
const mostKept = 200;

function describe(command: ProposeVersion, value: unknown, findings: Finding[]): Proposal {
  const { proposalId, baseVersion, sameAs, effectiveAt, reason, acknowledge = [], caller, now } = command;
  return {
    proposalId,
    baseVersion,
    value,
    ...(sameAs !== undefined && { sameAs }),
    ...(effectiveAt !== undefined && { effectiveAt }),
    reason,
    acknowledged: acknowledge,
    findings: findings.slice(0, mostKept),
    proposedBy: caller,
    proposedAt: now.toISOString(),
    state: 'open',
  };
}

export async function findProposalItem(
  catalog: Table,
  { kind, proposalId }: { kind: CatalogKind; proposalId: string },
): Promise<Proposal | undefined> {
  const item = await readItem(catalog, proposalKey(kind, proposalId));
  return item && z.parse(Proposal, item);
}

async function replay(catalog: Table, earlier: Proposal, command: ProposeVersion): Promise<Proposed | Refusal> {
  const value = await readValue(catalog, command);
  const isSame =
    !isRefusal(value) &&
    differences(earlier.value, value).length === 0 &&
    earlier.baseVersion === command.baseVersion &&
    earlier.sameAs === command.sameAs &&
    earlier.effectiveAt === command.effectiveAt &&
    earlier.reason === command.reason &&
    earlier.acknowledged.join('\n') === (command.acknowledge ?? []).join('\n') &&
    earlier.proposedBy === command.caller;
  if (isSame) return { proposal: earlier, replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another proposal: use a new key for a new proposal.',
    { proposalId: command.proposalId },
  );
}
