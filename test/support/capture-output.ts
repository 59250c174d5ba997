import { vi } from 'vitest';

/** What is written to the process's output until it is restored: log lines and metrics. */
export function captureOutput() {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(...String(chunk).split('\n'));
      return true;
    }),
  );
  return { lines, restore: () => void spies.map((spy) => spy.mockRestore()) };
}
