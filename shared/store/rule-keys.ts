import { type Key, purchaseKeyPrefix, walletKeyPrefix } from './keys.ts';

export const ruleChangePrefix = 'CHANGE#';

export function ruleChangeKey(change: { userId: string; changeId: string }): Key {
  return { pk: `${walletKeyPrefix}${change.userId}`, sk: `${ruleChangePrefix}${change.changeId}` };
}

export function guardianLinkKey(link: { userId: string; guardianId: string }): Key {
  return { pk: `${walletKeyPrefix}${link.userId}`, sk: `GUARDIAN#${link.guardianId}` };
}

const wardLinePrefix = 'WARD#';

/** The line by which a guardian's wards are found; it stays when the link has ended. */
export function wardLineKey(link: { userId: string; guardianId: string }): Key {
  return { pk: `${walletKeyPrefix}${link.guardianId}`, sk: `${wardLinePrefix}${link.userId}` };
}

/** All who have or had a user for a guardian, or asked for it. */
export function wardLinesOf(userId: string): { pk: string; prefix: string } {
  return { pk: `${walletKeyPrefix}${userId}`, prefix: wardLinePrefix };
}

/** A purchase that a guardian is asked about, by the id of its order. */
export function purchaseApprovalKey(approval: { userId: string; rechargeId: string }): Key {
  return { pk: `APPROVAL#${approval.userId}`, sk: `${purchaseKeyPrefix}${approval.rechargeId}` };
}

export function purchaseApprovalsOf(userId: string): { pk: string; prefix: string } {
  return { pk: `APPROVAL#${userId}`, prefix: purchaseKeyPrefix };
}
