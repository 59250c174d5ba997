import * as z from 'zod/mini';
import { type Faults, faultKinds } from './faults.ts';
import type { SimulatorReply, SimulatorRequest, SimulatorRoute } from './simulator-server.ts';
import type { Courier } from './webhook-courier.ts';

const count = z.int().check(z.nonnegative(), z.maximum(1000));

const webhookSettings = z.partial(
  z.strictObject({
    delayMs: z.int().check(z.nonnegative(), z.maximum(600_000)),
    copies: z.int().check(z.minimum(1), z.maximum(100)),
    order: z.enum(['sent', 'reversed', 'shuffled']),
    seed: z.int(),
    hold: z.boolean(),
    failNext: count,
    loseAnswerNext: count,
  }),
);

const fault = z.strictObject({
  next: z.enum(faultKinds),
  count: z._default(z.int().check(z.minimum(1), z.maximum(1000)), 1),
  method: z.optional(z.enum(['GET', 'POST', 'PUT'])),
  path: z.optional(z.string().check(z.startsWith('/'))),
});

const anyEvent = z.strictObject({ type: z.string(), object: z.unknown(), id: z.optional(z.string()) });
export type AnyEvent = z.infer<typeof anyEvent>;

/**
 * The controls that both simulators have:
 * - `POST /_control/webhooks` `{delayMs?, copies?, order?, seed?, hold?, failNext?, loseAnswerNext?}` (see `CourierSettings`);
 *   answers all settings. What is not named stays as it is. `POST /_control/webhooks/release` delivers what was held.
 * - `GET /_control/deliveries` lists every event with its attempts and their answers; `?type=` narrows it down.
 * - `POST /_control/faults` `{next, count?, method?, path?}` (see `FaultKind`) lets calls of the API fail;
 *   `POST /_control/faults/clear` calls that off.
 * - `POST /_control/events` `{type, object, id?}` sends any event, properly signed.
 */
export function commonControls({
  courier,
  faults,
  sendEvent,
}: {
  courier: Courier;
  faults: Faults;
  sendEvent: (event: AnyEvent) => { id: string };
}): SimulatorRoute[] {
  return [
    control('POST', '/_control/webhooks', webhookSettings, (settings) => ok(courier.configure(defined(settings)))),
    control('POST', '/_control/webhooks/release', z.strictObject({}), () => {
      courier.release();
      return ok({});
    }),
    {
      method: 'GET',
      path: '/_control/deliveries',
      handle({ query }) {
        const type = query.get('type');
        return ok({ deliveries: courier.deliveries().filter((delivery) => type === null || delivery.type === type) });
      },
    },
    control('POST', '/_control/faults', fault, (armed) => {
      faults.arm(armed);
      return ok({ armed: faults.armed() });
    }),
    control('POST', '/_control/faults/clear', z.strictObject({}), () => {
      faults.disarm();
      return ok({ armed: [] });
    }),
    control('POST', '/_control/events', anyEvent, (event) => ok(sendEvent(event))),
  ];
}

/** A control whose body must have the given shape; an empty body counts as `{}`. */
export function control<Schema extends z.ZodMiniType>(
  method: 'POST',
  path: string,
  schema: Schema,
  handle: (body: z.output<Schema>, request: SimulatorRequest) => SimulatorReply,
): SimulatorRoute {
  return {
    method,
    path,
    handle(request) {
      const parsed = schema.safeParse(parseJson(request.body));
      if (parsed.success) return handle(parsed.data, request);
      return { status: 400, body: { message: 'The control does not understand this', issues: parsed.error.issues } };
    },
  };
}

export function ok(body: unknown): SimulatorReply {
  return { status: 200, body };
}

/** The JSON of a body, `{}` for none, and `undefined` for what is no JSON. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

function defined<Value extends object>(value: Value): Partial<Defined<Value>> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Defined<Value>>;
}
