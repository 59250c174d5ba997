import * as z from 'zod/mini';
import { control, ok } from './control.ts';
import type { SimulatedCapture } from './paypal-sale-records.ts';
import type { PayPalSales } from './paypal-sales.ts';
import { noSuchResource } from './paypal-shapes.ts';
import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';

const value = z.optional(z.string().check(z.regex(/^\d+(\.\d+)?$/)));
const money = z.optional(z.strictObject({ currency: z.string().check(z.regex(/^[A-Z]{3}$/)), value: z.string() }));
const webhook = z.optional(z.boolean());

const approval = z.strictObject({
  amount: money,
  captured: money,
  custom_id: z.optional(z.string()),
  reference_id: z.optional(z.string()),
  pending: z.optional(z.boolean()),
  decline: z.optional(z.string()),
  webhook,
});
const refund = z.strictObject({ value, pending: z.optional(z.boolean()), webhook });
const complaint = z.strictObject({ value, webhook });
const quietly = z.strictObject({ webhook });

const outcomes = {
  win: 'RESOLVED_SELLER_FAVOUR',
  lose: 'RESOLVED_BUYER_FAVOUR',
  cancel: 'CANCELED_BY_BUYER',
} as const;

/**
 * The buyer's side of what is sold through PayPal, and its dashboard. `{"webhook": false}` lets PayPal keep silent:
 * - `POST /_control/orders/:id/approve` `{amount?, captured?, custom_id?, reference_id?, pending?, decline?, webhook?}`: the
 *   buyer agrees to pay. What is named replaces what the order says; `captured` is what is taken instead, `pending` leaves
 *   the capture undecided, and `decline` gives the reason for which the capture is refused;
 * - `POST /_control/orders/:id/forget`: the order expires; `GET /_control/orders` lists all, with what came of them;
 * - `POST /_control/captures/:id/{complete|deny}` decides a pending one; `…/refund` `{value?, pending?}` gives back a part or
 *   all; `…/reverse` takes back all; `…/dispute` `{value?}` opens a dispute. `:id` may be the order's;
 * - `POST /_control/refunds/:id/{complete|fail}`;
 * - `POST /_control/disputes/:id/{win|lose|cancel|review}`, or `…/resolve` `{outcome}`.
 */
export function saleControls(sales: PayPalSales): SimulatorRoute[] {
  function captureOf(id: string): SimulatedCapture | undefined {
    return sales.capture(sales.order(id)?.captureId ?? id);
  }

  function onCapture(
    act: string,
    schema: typeof refund | typeof complaint | typeof quietly,
    change: (capture: SimulatedCapture, body: z.infer<typeof refund>) => object | undefined,
  ): SimulatorRoute {
    return control('POST', `/_control/captures/:id/${act}`, schema, (body, { params: { id = '' } }) => {
      const capture = captureOf(id);
      return capture ? changed(change(capture, body)) : noSuchResource();
    });
  }

  function resolve(id: string, outcome: string | undefined, isQuiet: boolean): SimulatorReply {
    const dispute = sales.dispute(id);
    if (!dispute) return noSuchResource();
    return ok(sales.moveDispute(dispute, { isQuiet, ...(outcome !== undefined && { outcome }) }));
  }

  return [
    {
      method: 'GET',
      path: '/_control/orders',
      handle: () =>
        ok({
          orders: sales.orders(),
          captures: sales.captures(),
          refunds: sales.refunds(),
          disputes: sales.disputes(),
        }),
    },
    control('POST', '/_control/orders/:id/approve', approval, (body, { params: { id = '' } }) => {
      const order = sales.order(id);
      if (!order) return noSuchResource();
      const { webhook, pending, decline, ...changes } = body;
      const flags = { isQuiet: webhook === false, isPending: pending === true, ...(decline && { declines: decline }) };
      return changed(order.captureId ? undefined : sales.approve(order, { ...defined(changes), ...flags }));
    }),
    control('POST', '/_control/orders/:id/forget', z.strictObject({}), (_body, { params: { id = '' } }) => {
      sales.forget(id);
      return ok({});
    }),
    onCapture('complete', quietly, ({ id }, { webhook }) => sales.decide(id, 'COMPLETED', webhook === false)),
    onCapture('deny', quietly, ({ id }, { webhook }) => sales.decide(id, 'DECLINED', webhook === false)),
    onCapture('refund', refund, (capture, { value, pending, webhook }) =>
      sales.giveBack(capture, {
        ...(value !== undefined && { value }),
        isPending: pending === true,
        isQuiet: webhook === false,
      }),
    ),
    onCapture('reverse', quietly, (capture, { webhook }) => sales.reverse(capture, webhook === false)),
    onCapture('dispute', complaint, (capture, { value, webhook }) =>
      sales.complain(capture, { ...(value !== undefined && { value }), isQuiet: webhook === false }),
    ),
    ...(['COMPLETED', 'FAILED'] as const).map((status) => {
      const path = `/_control/refunds/:id/${status === 'FAILED' ? 'fail' : 'complete'}`;
      return control('POST', path, quietly, ({ webhook }, { params: { id = '' } }) => {
        const decided = sales.decideRefund(id, status, webhook === false);
        return decided ? ok(decided) : noSuchResource();
      });
    }),
    ...Object.entries({ ...outcomes, review: undefined }).map(([act, outcome]) =>
      control('POST', `/_control/disputes/:id/${act}`, quietly, ({ webhook }, { params: { id = '' } }) =>
        resolve(id, outcome, webhook === false),
      ),
    ),
    control(
      'POST',
      '/_control/disputes/:id/resolve',
      z.strictObject({ outcome: z.string(), webhook }),
      ({ outcome, webhook }, { params: { id = '' } }) => resolve(id, outcome, webhook === false),
    ),
  ];
}

function changed(value: object | undefined): SimulatorReply {
  return value ? ok(value) : { status: 409, body: { message: 'What is there does not allow this' } };
}

type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

function defined<Value extends object>(value: Value): Partial<Defined<Value>> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Defined<Value>>;
}
