import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AuditReport, auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { formatMinor, isCurrency } from '../../shared/money/currency.ts';
import { formatDiamonds } from '../../shared/money/diamonds.ts';
import { isClean } from '../../shared/operations/run-audit.ts';
import { connectTable } from '../../shared/store/table.ts';
import type { LocalCloud } from './cloud.ts';
import { localClientConfig } from './credentials.ts';
import type { Print } from './progress.ts';

/** Audits the ledger of a local cloud from outside, straight from its table. */
export async function auditCloud({
  dynamodbUrl,
  tableName,
}: Pick<LocalCloud, 'dynamodbUrl' | 'tableName'>): Promise<AuditReport> {
  const client = new DynamoDBClient(localClientConfig(dynamodbUrl));
  try {
    return await auditLedger(connectTable(tableName, client));
  } finally {
    client.destroy();
  }
}

/** Prints every account's balance by asset, the sum of each asset, and each difference by the item it is about. */
export function printBooks(report: AuditReport, print: Print): void {
  for (const [asset, sum] of Object.entries(report.sums).toSorted(inOrder)) {
    print(`  ${titles[asset] ?? asset}`);
    for (const { account, amount } of report.balances.filter(
      (balance) => balance.asset === asset && balance.amount !== 0,
    ))
      print(row(account, format(amount, asset)));
    print(row('sum', format(sum, asset)));
  }
  for (const { subject, measure, delta } of report.differences)
    print(`  DIFFERENCE  ${subject.kind} ${subject.id}: ${measure} is off by ${delta}`);
  if (report.unconfirmed > 0) print(`  ${report.unconfirmed} more subjects differ`);
  for (const name of report.unsettled)
    print(`  unsettled   ${name} changed each time it was looked at; audit again when it is quiet`);
  print(isClean(report) ? `The audit of ${report.items} items is clean.` : 'The audit found differences.');
}

/** Coins, diamonds, then the currencies by their code. */
function inOrder([a]: [string, number], [b]: [string, number]): number {
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function rank(asset: string): number {
  return ['coin', 'diamond', asset].indexOf(asset);
}

const titles: Record<string, string> = { coin: 'coins', diamond: 'diamonds' };

function row(name: string, amount: string): string {
  return `    ${name.padEnd(28)}${amount.padStart(14)}`;
}

function format(amount: number, asset: string): string {
  if (asset === 'diamond') return formatDiamonds(amount);
  return isCurrency(asset) ? formatMinor(amount, asset) : String(amount);
}
