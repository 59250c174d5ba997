import { type Key, purchaseKeyPrefix, walletKeyPrefix } from './keys.ts';

export const ruleChangePrefix = 'CHANGE#';

export function ruleChangeKey(change: { userId: string; changeId: string }): Key {
  return { pk: `${walletKeyPrefix}${change.userId}`, sk: `${ruleChangePrefix}${change.changeId}` };
}

export function guardianLinkKey(link: { userId: string; guardianId: string }): Key {
  return { pk: `${walletKeyPrefix}${link.userId}`, sk: `GUARDIAN#${link.guardianId}` };
}

/** A purchase that a guardian is asked about, by the id of its order. */
export function purchaseApprovalKey(approval: { userId: string; rechargeId: string }): Key {
  return { pk: `APPROVAL#${approval.userId}`, sk: `${purchaseKeyPrefix}${approval.rechargeId}` };
}

export function purchaseApprovalsOf(userId: string): { pk: string; prefix: string } {
  return { pk: `APPROVAL#${userId}`, prefix: purchaseKeyPrefix };
}
