import { type Outgoing, type Queue, sendMessages } from './send-messages.ts';

/** A message for a FIFO queue: those of one group arrive in the order in which they were sent. */
export type Ordered = Outgoing & { deduplicationId: string };

/**
 * Sends messages to a FIFO queue and says which (by position) were not taken. A call may fail for some of its messages only,
 * so no call has two of one group, and after a message that was not taken none of its group is sent: none overtakes it.
 */
export async function sendInOrder(queue: Queue, messages: Ordered[]): Promise<Set<number>> {
  const failed = new Set<number>();
  const stopped = new Set<string>();
  for (const round of roundsOf(messages)) {
    const open = round.filter((position) => !stopped.has(messages[position]?.group ?? ''));
    for (const position of round) if (!open.includes(position)) failed.add(position);
    const notTaken = await sendMessages(
      queue,
      open.flatMap((position) => messages[position] ?? []),
    );
    for (const at of notTaken) {
      const position = open[at] ?? 0;
      failed.add(position);
      stopped.add(messages[position]?.group ?? '');
    }
  }
  return failed;
}

/** The first message of each group, then the second of each, and so on; by their positions. */
function roundsOf(messages: Ordered[]): number[][] {
  const rounds: number[][] = [];
  const taken = new Map<string, number>();
  for (const [position, { group }] of messages.entries()) {
    const round = taken.get(group) ?? 0;
    taken.set(group, round + 1);
    rounds[round] = [...(rounds[round] ?? []), position];
  }
  return rounds;
}
