import * as z from 'zod/mini';
import { largestAmount } from '../../money/units.ts';

/** Everybody who takes money from fans for us. */
export const providerNames = ['stripe', 'paypal', 'apple', 'google'] as const;
export type ProviderName = (typeof providerNames)[number];

/** A non-negative amount in the unit its name says. */
export const Amount = z.int().check(z.minimum(0), z.maximum(largestAmount));

/** A balance: a sum of amounts, never negative. */
export const Balance = z.int().check(z.minimum(0));

/** RFC 3339, UTC, milliseconds. */
export const Moment = z.iso.datetime({ precision: 3 });

export const Day = z.iso.date();

export const ContextType = z.enum(['live', 'video', 'comment']);

/** Where a gift was sent. */
export const GiftContext = z.object({ type: ContextType, id: z.string() });
export type GiftContext = z.infer<typeof GiftContext>;
