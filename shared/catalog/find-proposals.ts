import * as z from 'zod/mini';
import { type Page, pageOf } from '../http/page.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import { queryUpTo } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { Proposal } from './catalog-items.ts';
import { proposalKey, proposalPrefix } from './catalog-keys.ts';
import { differences } from './differences.ts';
import { findVersion, listVersions } from './find-versions.ts';
import type { CatalogProposalAnswer, CatalogProposalOutline } from './operation-schemas.ts';
import { findProposalItem } from './propose-version.ts';
import { proposalNotFound } from './publish-proposal.ts';
import type { CatalogKind } from './schemas.ts';

/** The proposals of a kind, newest first. */
export async function listProposals(
  catalog: Table,
  { kind, page, now }: { kind: CatalogKind; page: Page; now: Date },
): Promise<{ proposals: CatalogProposalOutline[]; nextCursor?: string }> {
  const { pk, sk: last } = proposalKey(kind, page.before ?? '~');
  const items = await queryUpTo(
    catalog,
    {
      KeyConditionExpression: 'pk = :kind AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':kind': pk, ':first': proposalPrefix, ':last': last },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    // The one at which the page before ended comes first, and one more says whether there are more.
    page.limit + 2,
  );
  const proposals = items.map((item) => z.parse(Proposal, item)).filter(({ proposalId }) => proposalId !== page.before);
  const { lines, ...next } = pageOf(proposals, page, ({ proposalId }) => proposalId);
  const latest = await latestVersion(catalog, kind, now);
  return { proposals: lines.map((proposal) => outlineOf(proposal, kind, latest)), ...next };
}

export async function findProposal(
  catalog: Table,
  wanted: { kind: CatalogKind; proposalId: string; now: Date },
): Promise<CatalogProposalAnswer | Refusal> {
  const proposal = await findProposalItem(catalog, wanted);
  return proposal ? presentProposal(catalog, proposal, wanted) : proposalNotFound(wanted);
}

/** A proposal with its differences from the version that it would follow, which is kept whatever became of it. */
export async function presentProposal(
  catalog: Table,
  proposal: Proposal,
  { kind, now }: { kind: CatalogKind; now: Date },
): Promise<CatalogProposalAnswer> {
  const base = await findVersion(catalog, { kind, version: proposal.baseVersion, now });
  if (isRefusal(base)) throw new Error(`The proposal ${proposal.proposalId} was made against no version.`);
  const { findings, acknowledged } = proposal;
  const value = proposal.value as CatalogProposalAnswer['value'];
  const changes = differences(base.value, value);
  const latest = await latestVersion(catalog, kind, now);
  return { ...outlineOf(proposal, kind, latest), changes, findings, acknowledged, value };
}

/** The version that takes effect last of all that are not withdrawn. */
async function latestVersion(catalog: Table, kind: CatalogKind, now: Date): Promise<string | undefined> {
  return (await listVersions(catalog, kind, now)).find(({ state }) => state !== 'withdrawn')?.version;
}

/** Nobody can approve a proposal any more when another version has come in between. */
function outlineOf(proposal: Proposal, kind: CatalogKind, latest: string | undefined): CatalogProposalOutline {
  const { findings: _, acknowledged: __, value: ___, ...rest } = proposal;
  const isOutdated = rest.state === 'open' && rest.baseVersion !== latest;
  return { ...rest, kind, state: isOutdated ? 'outdated' : rest.state };
}
