import * as z from 'zod/mini';
import { control, ok } from './control.ts';
import type { Refusal } from './paypal-api.ts';
import { moves, type PayPalBooks, type SimulatedItem } from './paypal-books.ts';
import { batchHeaderShape, itemShape, noSuchResource } from './paypal-shapes.ts';
import type { PayPalTokens } from './paypal-tokens.ts';
import type { SimulatorRoute } from './simulator-server.ts';
import { createTimers } from './timers.ts';

const payoutSettings = z.strictObject({
  autoComplete: z.optional(z.boolean()),
  delayMs: z.optional(z.int().check(z.nonnegative(), z.maximum(600_000))),
  refuseNext: z.optional(
    z.strictObject({
      status: z._default(z.int().check(z.minimum(400), z.maximum(499)), 422),
      name: z._default(z.string(), 'INSUFFICIENT_FUNDS'),
      message: z._default(z.string(), 'Sender does not have sufficient funds. Please add funds and retry.'),
      count: z._default(z.int().check(z.minimum(1)), 1),
    }),
  ),
  invalidReceivers: z.optional(z.array(z.string())),
});

/** Pays items by themselves after a moment, unless that is switched off, and refuses requests on order. */
export function simulateReceivers(books: PayPalBooks) {
  let settings = { autoComplete: true, delayMs: 200 };
  let refusal: Refusal | undefined;
  let invalidReceivers = new Set<string>();
  const timers = createTimers();

  function take(items: SimulatedItem[]): void {
    if (!settings.autoComplete) return;
    for (const { payoutItemId } of items) {
      timers.after(settings.delayMs, () => {
        const isWaiting = books.item(payoutItemId)?.status === 'PENDING';
        if (settings.autoComplete && isWaiting) books.move(payoutItemId, 'complete');
      });
    }
  }

  return {
    take,
    nextRefusal(): Refusal | undefined {
      if (!refusal || refusal.count < 1) return undefined;
      refusal.count -= 1;
      return refusal;
    },
    isValid: (receiver: string) => !invalidReceivers.has(receiver),
    stop: timers.stop,
    controls: [
      control('POST', '/_control/payouts', payoutSettings, ({ refuseNext, autoComplete, delayMs, ...body }) => {
        if (refuseNext) refusal = refuseNext;
        if (body.invalidReceivers) invalidReceivers = new Set(body.invalidReceivers);
        settings = { autoComplete: autoComplete ?? settings.autoComplete, delayMs: delayMs ?? settings.delayMs };
        if (autoComplete) take(books.items().filter(({ status }) => status === 'PENDING'));
        return ok({ ...settings, refuseNext: refusal, invalidReceivers: [...invalidReceivers] });
      }),
    ],
  };
}

export function itemControls(books: PayPalBooks, url: () => string): SimulatorRoute[] {
  const controls = moves.map((move) =>
    control('POST', `/_control/payouts-items/:id/${move}`, z.strictObject({}), (_body, { params: { id = '' } }) => {
      const item = books.find(id);
      if (!item) return noSuchResource();
      const moved = books.move(item.payoutItemId, move);
      if (moved) return ok(itemShape(moved, url()));
      return { status: 409, body: { message: `An item that is ${item.status} cannot ${move}` } };
    }),
  );
  const endings = { deny: 'DENIED', cancel: 'CANCELED' } as const;
  const ofBatches = (['deny', 'cancel'] as const).map((ending) =>
    control('POST', `/_control/payouts-batches/:id/${ending}`, z.strictObject({}), (_body, { params: { id = '' } }) => {
      const ended = books.endBatch(id, endings[ending]);
      return ended ? ok(batchHeaderShape(ended, books.itemsOf(ended))) : noSuchResource();
    }),
  );
  return [...controls, ...ofBatches, { method: 'GET', path: '/_control/books', handle: () => ok(books.books()) }];
}

export function tokenControls(tokens: PayPalTokens): SimulatorRoute[] {
  const settings = z.strictObject({ lifetimeSeconds: z.optional(z.int().check(z.positive())) });
  return [
    { method: 'GET', path: '/_control/tokens', handle: () => ok({ given: tokens.given() }) },
    control('POST', '/_control/tokens', settings, (body) => {
      tokens.revoke(body);
      return ok({ given: tokens.given() });
    }),
  ];
}
