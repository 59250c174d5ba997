export type Cell = string | number;

/** A Markdown table whose columns are aligned, so that it is a table in a terminal too: the first column to the left, numbers to the right. */
export function markdownTable(head: Cell[], rows: Cell[][]): string {
  const texts = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...texts.map((row) => row[column]?.length ?? 0)));
  const lineOf = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const [first, ...rest] = texts.map((row) =>
    lineOf(widths.map((width, column) => (column === 0 ? row[0]?.padEnd(width) : row[column]?.padStart(width)) ?? '')),
  );
  const rule = lineOf(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [first, rule, ...rest].join('\n');
}
