import * as z from 'zod/mini';

/** A network's own id of one ad that was watched. */
export const TransactionId = z.string().check(z.regex(/^[A-Za-z0-9_.:@-]{1,128}$/));

/** An ad that was watched, as whoever served it says in a callback that was proved to be genuine. */
export type AdView = {
  /** Whose transaction it is: ids of two networks may be the same. */
  network: string;
  transactionId: string;
  /** Absent when the app did not name its user to the network. */
  userId?: string | undefined;
  /** What the ad was shown in: a placement of the catalogue, or the network's own unit that stands for one. */
  shownIn: { placement: string } | { adMobUnit: string };
};
