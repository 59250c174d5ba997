import { vi } from 'vitest';
import { logger } from '../../shared/observability.ts';

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

/** What is logged from INFO on until it is restored; tests log nothing otherwise. */
export function captureLog() {
  const level = logger.getLevelName();
  logger.setLogLevel('INFO');
  const output = captureOutput();
  return {
    lines: output.lines,
    restore() {
      output.restore();
      logger.setLogLevel(level);
    },
  };
}
