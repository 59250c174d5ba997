import type { Facts } from '../../refusals.ts';

/** One occasion of a refusal: its sentence, and the facts that a client can act on. */
export type Occasion = { detail: string; facts?: Facts };
