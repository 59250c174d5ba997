import type { Traffic } from '../traffic/plan.ts';
import type { Ways } from '../traffic/ways.ts';
import type { Sabotage } from './sabotage.ts';

/** A broken variant of the product, and the traffic in which its fault shows soon. */
export type Canary = {
  name: string;
  /** What is broken, in a sentence. */
  breaks: string;
  /** Made anew for each round, because some remember what they saw. */
  sabotage: () => Sabotage;
  traffic: Partial<Traffic>;
  /** How buyers pay; by Stripe's PaymentIntents alone when nothing is said. */
  ways?: Partial<Ways>;
  /** Fewer fans have more to do. */
  fans?: number;
  creators?: number;
};
