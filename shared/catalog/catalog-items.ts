import * as z from 'zod/mini';
import { UuidV7 } from '../identifiers.ts';
import { Moment } from '../store/items/common.ts';
import { Finding } from './findings.ts';

/** How a version came to be; those that a deployment seeded have nothing of it. */
const origin = {
  proposalId: z.optional(UuidV7),
  proposedBy: z.optional(z.string()),
  reason: z.optional(z.string()),
  approvedBy: z.optional(z.string()),
  approvedAt: z.optional(Moment),
};

export const StoredVersion = z.object({
  version: z.string(),
  effectiveAt: z.string(),
  /** Not among what lists read. */
  value: z.optional(z.unknown()),
  ...origin,
});
export type StoredVersion = z.infer<typeof StoredVersion>;

/** A version that was withdrawn before it took effect. */
export const WithdrawnVersion = z.extend(StoredVersion, {
  withdrawnBy: z.string(),
  withdrawnAt: Moment,
  withdrawnFor: z.string(),
});
export type WithdrawnVersion = z.infer<typeof WithdrawnVersion>;

/** Changes with every change of a kind's versions, which all go through it one after the other. */
export const Head = z.object({
  /** The highest number that a version had, withdrawn ones among them. */
  latestNumber: z.int(),
  revision: z.int(),
});
export type Head = z.infer<typeof Head>;

/** A version that somebody wants published, and what became of it. Nothing of it is ever removed. */
export const Proposal = z.object({
  proposalId: UuidV7,
  /** The version that it would follow, which is what it was compared with. */
  baseVersion: z.string(),
  value: z.unknown(),
  /** The version that it takes the value of, where it names one. */
  sameAs: z.optional(z.string()),
  /** When it is to take effect; absent, as soon as it can once it is approved. */
  effectiveAt: z.optional(Moment),
  reason: z.string(),
  acknowledged: z.array(z.string()),
  findings: z.array(Finding),
  proposedBy: z.string(),
  proposedAt: Moment,
  state: z.enum(['open', 'approved', 'rejected']),
  decidedBy: z.optional(z.string()),
  decidedAt: z.optional(Moment),
  decisionReason: z.optional(z.string()),
  /** The version that it became, and when that takes effect. */
  version: z.optional(z.string()),
  takesEffectAt: z.optional(Moment),
});
export type Proposal = z.infer<typeof Proposal>;
