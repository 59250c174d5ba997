import { parseWallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';

export async function isAccountClosed(ledger: Table, userId: string): Promise<boolean> {
  const wallet = await readItem(ledger, walletKey(userId));
  return wallet !== undefined && parseWallet(wallet).status === 'closed';
}
