import type { MonthlyStatementAnswer, StatementRow } from './schemas.ts';

const columns = 'day,type,count,available,maturing,held,paid_out,owed,currency,net_minor,fee_minor';

type Row = Omit<StatementRow, 'type'> & { type: string };

/**
 * The statement as RFC 4180 has it, one row a line, between the opening and the closing balances; each balance's column adds
 * up from the first to the last. Diamonds, and minor units of the currency.
 */
export function statementCsv({ month, through, opening, closing, lines }: MonthlyStatementAnswer): string {
  const first: Row = { day: `${month}-01`, type: 'opening', changes: opening };
  const last: Row = { day: through ?? first.day, type: 'closing', changes: closing };
  return [columns, ...[first, ...lines, last].map(rowOf)].map((line) => `${line}\r\n`).join('');
}

function rowOf({ day, type, count, changes, net, fee }: Row): string {
  const { available, maturing, held, paidOut, owed } = changes;
  const cash = [net?.currency ?? '', net?.amount ?? '', fee?.amount ?? ''];
  return [day, type, count ?? '', available, maturing, held, paidOut, owed, ...cash].join(',');
}
