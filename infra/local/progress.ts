export type Print = (line: string) => void;

const dim = ['\u001b[2m', '\u001b[22m'] as const;
const bold = ['\u001b[1m', '\u001b[22m'] as const;

/** Colours belong to people at a terminal: not to pipes, and not to those who set NO_COLOR (no-color.org). */
function usesColours(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR;
}

/** Prints one step per line on stdout. */
export function printStep(line: string): void {
  process.stdout.write(`${usesColours() ? `${dim[0]}›${dim[1]} ` : '› '}${line}\n`);
}

/** Prints a line that stands out among the steps. */
export function printHeadline(line: string): void {
  process.stdout.write(`${usesColours() ? `${bold[0]}${line}${bold[1]}` : line}\n`);
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}
