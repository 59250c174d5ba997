import { campaignLinePrefix, campaignUsePrefix } from '../../store/campaign-keys.ts';
import { parseCampaignBudget, parseCampaignLine, parseCampaignUse } from '../../store/items/campaign.ts';
import { parseCodeBatch } from '../../store/items/code.ts';
import { parseCreatorEntry, parseCreatorShard } from '../../store/items/creator.ts';
import { parseGivenLine, parseGivenWorth } from '../../store/items/given-worth.ts';
import { parsePayout } from '../../store/items/payout.ts';
import { parsePayoutBatch } from '../../store/items/payout-batch.ts';
import { parseRecharge } from '../../store/items/recharge.ts';
import { parseReversalStep, parseReversedGift } from '../../store/items/reversal.ts';
import { parseAdReward } from '../../store/items/reward.ts';
import { parseStock, parseStockChange, parseStockLine } from '../../store/items/stock.ts';
import { parseGrantEntry } from '../../store/items/wallet-entry.ts';
import {
  creatorKeyPrefix,
  entryKeyPrefix,
  givenLinePrefix,
  headKey,
  reversalStepPrefix,
  walletKeyPrefix,
} from '../../store/keys.ts';
import { codeBatchPrefix, stockChangePrefix, stockLinePrefix } from '../../store/shop-keys.ts';
import type { Item } from '../../store/table.ts';
import type { Books } from './books.ts';
import { judgeCampaignBudget, judgeCampaignLine, judgeCampaignUse } from './judge-campaign.ts';
import { judgeCode, parseKeptCode } from './judge-code.ts';
import { judgeCreatorEntry, judgeShard } from './judge-creator.ts';
import { judgeCodeBatch, judgeGivenLine, judgeGivenWorth, judgeGrant } from './judge-given.ts';
import { judgePayout, judgePayoutBatch } from './judge-payout.ts';
import { judgeRecharge } from './judge-recharge.ts';
import { judgeReversalStep, judgeReversedGift } from './judge-reversal.ts';
import { judgeAdReward } from './judge-reward.ts';
import { judgeStock, judgeStockChange, judgeStockLine } from './judge-stock.ts';
import { judgeWallet } from './judge-wallet.ts';
import { readable } from './readable.ts';
import type { Tally } from './tally.ts';

export type Findings = {
  tally: Tally;
  books: Books;
  /**
   * Gifts credited and orders paid from this moment on are left to the next audit: the two items that tell of each are
   * written at once but read at different times. Absent, all are judged. RFC 3339, UTC, milliseconds.
   */
  settledBefore?: string;
};

/** Whether what was written down twice at this moment can be expected in both places. */
export function isSettled({ settledBefore }: Findings, at: string | undefined): boolean {
  return settledBefore === undefined || at === undefined || at < settledBefore;
}

/** Adds what all items of one partition say to the findings. Items that hold no money are passed over. */
export function judgePartition(items: Item[], findings: Findings): void {
  if (String(items[0]?.pk).startsWith(walletKeyPrefix)) judgeWallet(items, findings);
  else for (const item of items) judgeItem(item, findings);
}

function judgeItem(item: Item, findings: Findings): void {
  const sk = String(item.sk);
  const isCreators = String(item.pk).startsWith(creatorKeyPrefix);
  const read = <Parsed>(parse: (item: Item) => Parsed, judge: (parsed: Parsed, findings: Findings) => void): void => {
    for (const parsed of readable(item, parse, findings.tally)) judge(parsed, findings);
  };
  if (isCreators && sk === headKey) read(parseCreatorShard, judgeShard);
  else if (isCreators && sk.startsWith(entryKeyPrefix)) read(parseCreatorEntry, judgeCreatorEntry);
  else if (sk === 'PAYOUT') read(parsePayout, judgePayout);
  else if (sk === 'BATCH') read(parsePayoutBatch, judgePayoutBatch);
  else if (sk.startsWith(reversalStepPrefix)) read(parseReversalStep, judgeReversalStep);
  else if (sk === 'GIFT') read(parseReversedGift, judgeReversedGift);
  else if (sk === 'ORDER') read(parseRecharge, judgeRecharge);
  else if (sk === 'REWARD') read(parseAdReward, judgeAdReward);
  else if (sk === 'CODE') read(parseKeptCode, judgeCode);
  else if (sk === 'STOCK') read(parseStock, judgeStock);
  else if (sk.startsWith(stockChangePrefix)) read(parseStockChange, judgeStockChange);
  else if (isStockLine(item)) read(parseStockLine, judgeStockLine);
  else if (sk === 'GRANT') read(parseGrantEntry, judgeGrant);
  else if (sk.startsWith(codeBatchPrefix)) read(parseCodeBatch, judgeCodeBatch);
  else if (sk === 'WORTH') read(parseGivenWorth, judgeGivenWorth);
  else if (sk.startsWith(givenLinePrefix)) read(parseGivenLine, judgeGivenLine);
  else if (sk === 'BUDGET') read(parseCampaignBudget, judgeCampaignBudget);
  else if (sk.startsWith(campaignUsePrefix)) read(parseCampaignUse, judgeCampaignUse);
  else if (sk.startsWith(campaignLinePrefix)) read(parseCampaignLine, judgeCampaignLine);
}

/** Payout runs have lines as well. */
function isStockLine({ pk, sk }: Item): boolean {
  return String(pk).startsWith('STOCK#') && String(sk).startsWith(stockLinePrefix);
}
