import { PageQuery } from '../http/page.ts';
import { defineRoute } from '../http/route.ts';
import {
  CatalogAnswer,
  CatalogProposalAnswer,
  CatalogProposalsAnswer,
  CatalogVersionAnswer,
  CatalogVersionOutline,
  CatalogVersionsAnswer,
  DecisionBody,
  KindPath,
  ProposalBody,
  ProposalPath,
  VersionPath,
  WithdrawalBody,
} from './operation-schemas.ts';
import { firstSwitches } from './switches.ts';

/** A version of everything that is sold in a hundred countries has room in it; DynamoDB keeps 400 kB. */
const largestProposalBytes = 256 * 1024;

const proposalId = '0199e5a0-0000-7000-8000-000000000006';
const value = { ...firstSwitches, regions: { BR: { gifts: false } } };
const reason = 'Gifts pause in Brazil for the new law, case 4711';

const outline = {
  proposalId,
  kind: 'switches',
  state: 'open',
  baseVersion: '1',
  reason,
  proposedBy: 'operator-ada',
  proposedAt: '2026-11-21T12:00:00.000Z',
} as const;

const proposal = {
  ...outline,
  changes: [{ at: 'regions.BR', to: { gifts: false } }],
  findings: [],
  acknowledged: [],
  value,
};

const decided = {
  state: 'approved',
  decidedBy: 'operator-bo',
  decidedAt: '2026-11-21T12:10:00.000Z',
  decisionReason: 'As agreed with legal',
  version: '2',
  takesEffectAt: '2026-11-21T12:11:00.000Z',
} as const;

const version = {
  kind: 'switches',
  version: '2',
  state: 'scheduled',
  effectiveAt: '2026-11-21T12:11:00.000Z',
  proposalId,
  proposedBy: 'operator-ada',
  reason,
  approvedBy: 'operator-bo',
  approvedAt: '2026-11-21T12:10:00.000Z',
} as const;

export const getCatalogRoute = defineRoute({
  operationId: 'getCatalog',
  method: 'GET',
  path: '/v1/operations/catalog',
  scope: 'economy/operate',
  summary: 'List the kinds of versioned configuration, with what is in force and scheduled',
  status: 200,
  answer: CatalogAnswer,
  refusals: ['malformed_request'],
  examples: {
    answer: {
      leadSeconds: 60,
      kinds: [
        {
          kind: 'switches',
          latest: '2',
          inForce: { version: '1', effectiveAt: '2000-01-01T00:00:00.000Z' },
          scheduled: [{ version: '2', effectiveAt: '2026-11-21T12:11:00.000Z' }],
        },
      ],
    },
  },
});

export const listCatalogVersionsRoute = defineRoute({
  operationId: 'listCatalogVersions',
  method: 'GET',
  path: '/v1/operations/catalog/{kind}/versions',
  scope: 'economy/operate',
  summary: 'List all versions of a kind, who published them and why',
  parameters: KindPath,
  status: 200,
  answer: CatalogVersionsAnswer,
  refusals: ['malformed_request'],
  examples: { parameters: { kind: 'switches' }, answer: { versions: [version] } },
});

export const getCatalogVersionRoute = defineRoute({
  operationId: 'getCatalogVersion',
  method: 'GET',
  path: '/v1/operations/catalog/{kind}/versions/{version}',
  scope: 'economy/operate',
  summary: 'Read one version, whatever became of it',
  parameters: VersionPath,
  status: 200,
  answer: CatalogVersionAnswer,
  refusals: ['malformed_request', 'catalog_version_not_found'],
  examples: { parameters: { kind: 'switches', version: '2' }, answer: { ...version, value } },
});

export const proposeVersionRoute = defineRoute({
  operationId: 'proposeCatalogVersion',
  method: 'POST',
  path: '/v1/operations/catalog/{kind}/proposals',
  scope: 'economy/operate',
  summary: 'Propose a version',
  description:
    'The whole value that is to hold, against the latest version of the kind. The answer shows every difference and what the ' +
    'checks found; another operator decides. What never passes is refused with all findings (`catalog_refused`), and what looks ' +
    'like a slip until it is acknowledged (`catalog_not_acknowledged`). Neither is kept.',
  parameters: KindPath,
  body: ProposalBody,
  largestBodyBytes: largestProposalBytes,
  idempotencyKey: true,
  status: 201,
  answer: CatalogProposalAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'catalog_version_not_found',
    'catalog_changed',
    'catalog_too_soon',
    'catalog_refused',
    'catalog_not_acknowledged',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    parameters: { kind: 'switches' },
    body: { baseVersion: '1', value, reason },
    answer: proposal,
  },
});

export const listProposalsRoute = defineRoute({
  operationId: 'listCatalogProposals',
  method: 'GET',
  path: '/v1/operations/catalog/{kind}/proposals',
  scope: 'economy/operate',
  summary: 'List the proposals of a kind, newest first',
  parameters: KindPath,
  query: PageQuery,
  status: 200,
  answer: CatalogProposalsAnswer,
  refusals: ['malformed_request'],
  examples: { parameters: { kind: 'switches' }, query: {}, answer: { proposals: [outline] } },
});

export const getProposalRoute = defineRoute({
  operationId: 'getCatalogProposal',
  method: 'GET',
  path: '/v1/operations/catalog/{kind}/proposals/{proposalId}',
  scope: 'economy/operate',
  summary: 'Read a proposal: its value, its differences, what was found',
  parameters: ProposalPath,
  status: 200,
  answer: CatalogProposalAnswer,
  refusals: ['malformed_request', 'catalog_proposal_not_found'],
  examples: { parameters: { kind: 'switches', proposalId }, answer: proposal },
});

export const decideProposalRoute = defineRoute({
  operationId: 'decideCatalogProposal',
  method: 'POST',
  path: '/v1/operations/catalog/{kind}/proposals/{proposalId}/decision',
  scope: 'economy/operate',
  summary: 'Publish a proposed version, or reject it',
  description:
    'Never by whoever proposed it. The checks are made once more, and nothing else may have been published since the proposal. ' +
    'The version takes effect when it was asked to, or as soon as every function instance knows of it. The same decision again ' +
    'gets the same answer.',
  parameters: ProposalPath,
  body: DecisionBody,
  status: 200,
  answer: CatalogProposalAnswer,
  refusals: [
    'malformed_request',
    'catalog_proposal_not_found',
    'own_proposal',
    'state_conflict',
    'catalog_changed',
    'catalog_too_soon',
    'catalog_refused',
    'catalog_not_acknowledged',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    parameters: { kind: 'switches', proposalId },
    body: { decision: 'approve', reason: decided.decisionReason },
    answer: { ...proposal, ...decided },
  },
});

export const withdrawVersionRoute = defineRoute({
  operationId: 'withdrawCatalogVersion',
  method: 'POST',
  path: '/v1/operations/catalog/{kind}/versions/{version}/withdrawal',
  scope: 'economy/operate',
  summary: 'Withdraw a scheduled version',
  description:
    'Only the last version of a kind, and only while every function instance can still be told. One operator is enough: what goes ' +
    'on holding was approved before. The same request again gets the same answer.',
  parameters: VersionPath,
  body: WithdrawalBody,
  status: 200,
  answer: CatalogVersionOutline,
  refusals: [
    'malformed_request',
    'catalog_version_not_found',
    'state_conflict',
    'catalog_too_soon',
    'catalog_refused',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    parameters: { kind: 'switches', version: '2' },
    body: { reason: 'The law was put off' },
    answer: {
      ...version,
      state: 'withdrawn',
      withdrawnBy: 'operator-ada',
      withdrawnAt: '2026-11-21T12:10:00.000Z',
      withdrawnFor: 'The law was put off',
    },
  },
});
