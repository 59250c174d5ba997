import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Creator,
  type CreatorEntry,
  parseCreator,
  parseCreatorEntry,
} from '../../../shared/store/items/creator.ts';
import { type Entitlement, parseEntitlement } from '../../../shared/store/items/entitlement.ts';
import { type GooglePurchaseWork, parseGooglePurchaseWork } from '../../../shared/store/items/google-purchase.ts';
import { type Payout, parsePayout } from '../../../shared/store/items/payout.ts';
import {
  type PayoutRun,
  type PayoutRunChunk,
  type PayoutRunLine,
  parsePayoutRun,
  parsePayoutRunChunk,
  parsePayoutRunLine,
} from '../../../shared/store/items/payout-run.ts';
import { type PurchaseUse, parsePurchaseUse } from '../../../shared/store/items/purchase-use.ts';
import {
  type ProviderEvent,
  parseProviderEvent,
  parseRecharge,
  type Recharge,
} from '../../../shared/store/items/recharge.ts';
import { parseReservation, type Reservation } from '../../../shared/store/items/reservation.ts';
import { parseReversal, type Reversal } from '../../../shared/store/items/reversal.ts';
import { parseStockChange, type StockChange } from '../../../shared/store/items/stock.ts';
import { parseWallet, type Wallet } from '../../../shared/store/items/wallet.ts';
import { parseWalletEntry, type WalletEntry } from '../../../shared/store/items/wallet-entry.ts';
import { parseWithdrawal, type Withdrawal } from '../../../shared/store/items/withdrawal.ts';
import type { Item, Table } from '../../../shared/store/table.ts';

/** The whole ledger, by kind. */
export type Snapshot = {
  wallets: Wallet[];
  walletEntries: WalletEntry[];
  recharges: Recharge[];
  creators: Creator[];
  creatorEntries: CreatorEntry[];
  payouts: Payout[];
  runs: PayoutRun[];
  runChunks: PayoutRunChunk[];
  runLines: PayoutRunLine[];
  /** Schedules on which a run is on, by the run. */
  runningRuns: Map<string, string>;
  reversals: Reversal[];
  /** By user. */
  purchaseUses: Map<string, PurchaseUse>;
  withdrawals: Withdrawal[];
  googlePurchases: GooglePurchaseWork[];
  events: ProviderEvent[];
  reservations: Reservation[];
  entitlements: Entitlement[];
  stockChanges: StockChange[];
};

export async function readSnapshot(ledger: Table): Promise<Snapshot> {
  const snapshot: Snapshot = {
    wallets: [],
    walletEntries: [],
    recharges: [],
    creators: [],
    creatorEntries: [],
    payouts: [],
    runs: [],
    runChunks: [],
    runLines: [],
    runningRuns: new Map(),
    reversals: [],
    purchaseUses: new Map(),
    withdrawals: [],
    googlePurchases: [],
    events: [],
    reservations: [],
    entitlements: [],
    stockChanges: [],
  };
  let from: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await ledger.client.send(
      new ScanCommand({ TableName: ledger.name, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    for (const item of Items) sort(item, snapshot);
    from = LastEvaluatedKey;
  } while (from);
  return snapshot;
}

function sort(item: Item, snapshot: Snapshot): void {
  const [pk, sk] = [String(item.pk), String(item.sk)];
  const isWallets = pk.startsWith('WALLET#');
  if (isWallets && sk === 'HEAD') snapshot.wallets.push(parseWallet(item));
  else if (isWallets && sk.startsWith('ENTRY#')) snapshot.walletEntries.push(parseWalletEntry(item));
  else if (isWallets && sk.startsWith('RESERVED#')) snapshot.reservations.push(parseReservation(item));
  else if (isWallets && sk.startsWith('ITEM#')) snapshot.entitlements.push(parseEntitlement(item));
  else if (pk.startsWith('STOCK#') && sk.startsWith('CHANGE#')) snapshot.stockChanges.push(parseStockChange(item));
  else if (sk === 'ORDER') snapshot.recharges.push(parseRecharge(item));
  else if (sk === 'PROFILE') snapshot.creators.push(parseCreator(item));
  else if (pk.startsWith('CREATOR#') && sk.startsWith('ENTRY#')) snapshot.creatorEntries.push(parseCreatorEntry(item));
  else if (sk === 'PAYOUT') snapshot.payouts.push(parsePayout(item));
  else if (sk === 'REVERSAL') snapshot.reversals.push(parseReversal(item));
  else if (pk.startsWith('PURCHASES#'))
    snapshot.purchaseUses.set(pk.slice('PURCHASES#'.length), parsePurchaseUse(item));
  else if (sk === 'WITHDRAWAL') snapshot.withdrawals.push(parseWithdrawal(item));
  else if (pk.startsWith('GOOGLE#')) snapshot.googlePurchases.push(parseGooglePurchaseWork(item));
  else if (sk === 'EVENT') snapshot.events.push(parseProviderEvent(item));
  else if (sk === 'RUN') snapshot.runs.push(parsePayoutRun(item));
  else if (sk.startsWith('CHUNK#')) snapshot.runChunks.push(parsePayoutRunChunk(item));
  else if (pk.startsWith('RUN#') && sk.startsWith('LINE#')) snapshot.runLines.push(parsePayoutRunLine(item));
  else if (sk === 'RUNNING') snapshot.runningRuns.set(String(item.runId), pk);
}
