import * as z from 'zod/mini';
import { UuidV7 } from '../identifiers.ts';
import { Moment } from '../store/items/common.ts';
import { Finding } from './findings.ts';
import { type CatalogKind, catalogKinds } from './schemas.ts';

const Kind = z.enum(Object.keys(catalogKinds) as [CatalogKind, ...CatalogKind[]]);

const Version = z.string().check(z.regex(/^[A-Za-z0-9._-]{1,40}$/));
const Reason = z.string().check(z.minLength(1), z.maxLength(500));
const Acknowledgement = z.string().check(z.minLength(1), z.maxLength(300));
const mostAcknowledged = 200;

/** What a kind's values look like, each by its own schema. */
const Value = z.record(z.string(), z.unknown());

export const KindPath = z.strictObject({ kind: Kind });
export const VersionPath = z.strictObject({ kind: Kind, version: Version });
export const ProposalPath = z.strictObject({ kind: Kind, proposalId: UuidV7 });

const VersionReference = z.object({ version: z.string(), effectiveAt: Moment });

export const CatalogAnswer = z.object({
  leadSeconds: z.int(),
  kinds: z.array(
    z.object({
      kind: Kind,
      /** The last one, scheduled or in force: what the next proposal is made against. */
      latest: z.string(),
      inForce: VersionReference,
      scheduled: z.array(VersionReference),
    }),
  ),
});
export type CatalogAnswer = z.infer<typeof CatalogAnswer>;

export const CatalogVersionOutline = z.object({
  kind: Kind,
  version: z.string(),
  state: z.enum(['past', 'in_force', 'scheduled', 'withdrawn']),
  effectiveAt: Moment,
  proposalId: z.optional(UuidV7),
  proposedBy: z.optional(z.string()),
  reason: z.optional(z.string()),
  approvedBy: z.optional(z.string()),
  approvedAt: z.optional(Moment),
  withdrawnBy: z.optional(z.string()),
  withdrawnAt: z.optional(Moment),
  withdrawnFor: z.optional(z.string()),
});
export const CatalogVersionsAnswer = z.object({ versions: z.array(CatalogVersionOutline) });
export const CatalogVersionAnswer = z.extend(CatalogVersionOutline, { value: Value });

export const ProposalBody = z
  .strictObject({
    baseVersion: Version,
    value: z.optional(Value),
    sameAs: z.optional(Version),
    effectiveAt: z.optional(Moment),
    reason: Reason,
    acknowledge: z.optional(z.array(Acknowledgement).check(z.maxLength(mostAcknowledged))),
  })
  .check(
    z.refine(({ value, sameAs }) => (value === undefined) !== (sameAs === undefined), {
      error: 'must have either value or sameAs',
    }),
  );

export const CatalogProposalOutline = z.object({
  proposalId: UuidV7,
  kind: Kind,
  state: z.enum(['open', 'outdated', 'approved', 'rejected']),
  baseVersion: z.string(),
  sameAs: z.optional(z.string()),
  effectiveAt: z.optional(Moment),
  reason: z.string(),
  proposedBy: z.string(),
  proposedAt: Moment,
  decidedBy: z.optional(z.string()),
  decidedAt: z.optional(Moment),
  decisionReason: z.optional(z.string()),
  version: z.optional(z.string()),
  takesEffectAt: z.optional(Moment),
});
export type CatalogProposalOutline = z.infer<typeof CatalogProposalOutline>;

export const CatalogProposalsAnswer = z.object({
  proposals: z.array(CatalogProposalOutline),
  nextCursor: z.optional(z.string()),
});

export const CatalogProposalAnswer = z.extend(CatalogProposalOutline, {
  changes: z.array(z.object({ at: z.string(), from: z.optional(z.unknown()), to: z.optional(z.unknown()) })),
  findings: z.array(Finding),
  acknowledged: z.array(z.string()),
  value: Value,
});
export type CatalogProposalAnswer = z.infer<typeof CatalogProposalAnswer>;

export const DecisionBody = z.strictObject({ decision: z.enum(['approve', 'reject']), reason: Reason });
export const WithdrawalBody = z.strictObject({ reason: Reason });
