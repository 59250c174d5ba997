import { parseCreatorEntry, parseCreatorShard } from '../../store/items/creator.ts';
import { parsePayout } from '../../store/items/payout.ts';
import { parseRecharge } from '../../store/items/recharge.ts';
import { creatorKeyPrefix, entryKeyPrefix, headKey, walletKeyPrefix } from '../../store/keys.ts';
import type { Item } from '../../store/table.ts';
import type { Books } from './books.ts';
import { judgeCreatorEntry, judgeShard } from './judge-creator.ts';
import { judgePayout } from './judge-payout.ts';
import { judgeRecharge } from './judge-recharge.ts';
import { judgeWallet } from './judge-wallet.ts';
import type { Tally } from './tally.ts';

export type Findings = { tally: Tally; books: Books };

/** Adds what all items of one partition say to the findings. Items that hold no money are passed over. */
export function judgePartition(items: Item[], findings: Findings): void {
  if (String(items[0]?.pk).startsWith(walletKeyPrefix)) judgeWallet(items, findings);
  else for (const item of items) judgeItem(item, findings);
}

function judgeItem(item: Item, findings: Findings): void {
  const sk = String(item.sk);
  const isCreators = String(item.pk).startsWith(creatorKeyPrefix);
  if (isCreators && sk === headKey) judgeShard(parseCreatorShard(item), findings);
  else if (isCreators && sk.startsWith(entryKeyPrefix)) judgeCreatorEntry(parseCreatorEntry(item), findings);
  else if (sk === 'PAYOUT') judgePayout(parsePayout(item), findings);
  else if (sk === 'ORDER') judgeRecharge(parseRecharge(item), findings);
}
