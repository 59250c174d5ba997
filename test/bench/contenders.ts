import { openGiftPath } from './gift-path.ts';
import type { OpenContender } from './peers/contender.ts';
import { openPowertoolsIdempotency } from './peers/powertools-idempotency.ts';
import { openReadDecideWrite } from './peers/read-decide-write.ts';
import { openTransactions } from './peers/transactions.ts';

export type ContenderDescription = {
  name: string;
  /** Whether a key debits once and a gift is credited once, whatever fails and however late it is repeated. */
  sameGuarantees: boolean;
  /** What of that it does not give, and what else it leaves to others. */
  lacks: string;
  open: OpenContender;
};

export const tributary: ContenderDescription = {
  name: 'Tributary',
  sameGuarantees: true,
  lacks:
    'Nothing; but a gift reaches its creator through a stream as well, up to a second later than by a direct message.',
  open: openGiftPath,
};

/** What a team would write instead; each file says what it guarantees and what not. */
export const peers: ContenderDescription[] = [
  {
    name: '(a) Powertools idempotency',
    sameGuarantees: false,
    lacks:
      'A request that fails after its debit, or whose function dies, is debited again when it is repeated; every key is new after an hour; a message that was not sent is never credited.',
    open: openPowertoolsIdempotency,
  },
  {
    name: '(b) transactions',
    sameGuarantees: true,
    lacks:
      'Finding a message that was lost takes a sweep and an index, which are not counted; nor has the creator a statement.',
    open: openTransactions,
  },
  {
    name: '(c) read, decide, write',
    sameGuarantees: false,
    lacks: 'A repeated request is debited again, a message that comes twice is credited twice, one that is lost never.',
    open: openReadDecideWrite,
  },
];
