export type Timers = { after(delayMs: number, action: () => void): void; stop(): void };

/** Timers that end together, so that a simulator which closes leaves none behind. */
export function createTimers(): Timers {
  const running = new Set<NodeJS.Timeout>();
  return {
    after(delayMs, action) {
      const timer = setTimeout(() => {
        running.delete(timer);
        action();
      }, delayMs);
      running.add(timer);
    },
    stop() {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}
