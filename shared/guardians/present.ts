import type * as z from 'zod/mini';
import type { PurchaseApproval } from '../store/items/guardian-link.ts';
import { currentRules } from '../users/current-rules.ts';
import type { Agreed } from './agree-on-guardian.ts';
import type { ApprovalAnswer, GuardianAnswer } from './schemas.ts';

export function presentLink({ link, wallet }: Agreed, now: Date): z.infer<typeof GuardianAnswer> {
  const { userId, guardianId, wardAgreedAt, guardianAgreedAt } = link;
  const ids = { userId, guardianId };
  const guardian = currentRules(wallet, now)?.guardian;
  if (guardian?.userId === guardianId)
    return { ...ids, state: 'active', since: guardian.since, endsWhenAdult: guardian.endsWhenAdult };
  if (wardAgreedAt !== undefined) return { ...ids, state: 'proposed', proposedBy: 'ward' };
  if (guardianAgreedAt !== undefined) return { ...ids, state: 'proposed', proposedBy: 'guardian' };
  return { ...ids, state: link.endedAt === undefined ? 'none' : 'ended' };
}

export function presentApproval(
  { version, provider, priceMinor, currency, state, ...approval }: PurchaseApproval,
  now: Date,
): z.infer<typeof ApprovalAnswer> {
  return {
    ...approval,
    state: approval.expiresAt > now.toISOString() || state === 'declined' ? state : 'expired',
    price: { amount: priceMinor, currency },
  };
}
