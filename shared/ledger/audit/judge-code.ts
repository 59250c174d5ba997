import type { RedemptionCode } from '../../store/items/code.ts';
import { parseRedemptionCode } from '../../store/items/code.ts';
import type { RedemptionEntry } from '../../store/items/wallet-entry.ts';
import type { Item } from '../../store/table.ts';
import { type Findings, isSettled } from './judge-partition.ts';
import { codeSubject } from './subjects.ts';

/** A code with the hash that its key is made of. */
export type KeptCode = RedemptionCode & { hash: string };

export function parseKeptCode(item: Item): KeptCode {
  return { ...parseRedemptionCode(item), hash: String(item.pk).split('#')[1] ?? '' };
}

/** A code that was redeemed gave what a line of its user's statement says, once. */
export function judgeCode({ hash, redeemed, gives }: KeptCode, findings: Findings): void {
  if (!redeemed || !isSettled(findings, redeemed.at)) return;
  const subject = codeSubject({ hash, ...redeemed });
  findings.tally.add(subject, 'times redeemed', 1);
  findings.tally.add(subject, 'coins given', 'coins' in gives ? gives.coins : 0);
}

export function judgeRedemption({ codeHash, userId, entryId, at, amounts }: RedemptionEntry, findings: Findings): void {
  if (!isSettled(findings, at)) return;
  const subject = codeSubject({ hash: codeHash, userId, redemptionId: entryId });
  findings.tally.add(subject, 'times redeemed', -1);
  findings.tally.add(subject, 'coins given', -amounts.promoCoins);
}
