import { type DeliveryOrder, inOrder } from './delivery-order.ts';
import type { Records } from './record-file.ts';
import { createTimers } from './timers.ts';
import { type Attempt, type Loss, postWebhook, type WebhookTarget } from './webhook-post.ts';

/** An event on its way to the webhook. The body is fixed once; each attempt is signed anew, as the providers do. */
export type QueuedEvent = { eventId: string; type: string; body: string; endpoint?: string };

export type Delivery = {
  eventId: string;
  type: string;
  state: 'held' | 'waiting' | 'delivered' | 'given_up';
  attempts: Attempt[];
};

export type CourierSettings = {
  /** Time between an event and its first attempt. */
  delayMs: number;
  /** How many times each event is delivered, all at once. */
  copies: number;
  /** The order in which events that wait together are delivered; all but `sent` make events wait at least 50 ms. */
  order: DeliveryOrder;
  /** Makes `shuffled` choose the same order again. */
  seed: number;
  /** Keeps events back until they are released. */
  hold: boolean;
  /** So many of the next attempts get lost before they arrive. */
  failNext: number;
  /** So many of the next attempts arrive, but their answer gets lost, so that they are made again. */
  loseAnswerNext: number;
};

type Waiting = { event: QueuedEvent; delivery: Delivery };

/** Real providers try again for three days; this is three days in half a minute. */
const retryDelaysMs = [100, 200, 400, 800, 1500, ...Array<number>(16).fill(2000)];
const reorderWindowMs = 50;
const mostDeliveriesListed = 10_000;

/** Delivers webhooks at least once: anything but a 2xx is tried again. Undelivered events outlive it in `undelivered`. */
export class Courier {
  readonly #target: WebhookTarget;
  readonly #undelivered: Records<QueuedEvent>;
  readonly #listed: Delivery[] = [];
  readonly #timers = createTimers();
  readonly #stopped = new AbortController();
  #waiting: Waiting[] = [];
  #settings: CourierSettings = {
    delayMs: 0,
    copies: 1,
    order: 'sent',
    seed: 1,
    hold: false,
    failNext: 0,
    loseAnswerNext: 0,
  };

  constructor({ undelivered, ...target }: WebhookTarget & { undelivered: Records<QueuedEvent> }) {
    this.#target = target;
    this.#undelivered = undelivered;
  }

  /** Sets off what an earlier run left undelivered. */
  resume(): void {
    for (const event of this.#undelivered.values()) this.#enqueue(event);
  }

  send(event: QueuedEvent): void {
    this.#undelivered.put(event.eventId, event);
    this.#enqueue(event);
  }

  /** Changes what is named, and gives all settings as they are then. */
  configure(changes: Partial<CourierSettings>): CourierSettings {
    const wasHeld = this.#settings.hold;
    this.#settings = { ...this.#settings, ...changes };
    if (wasHeld && !this.#settings.hold) this.#deliver(() => true);
    return this.#settings;
  }

  /** Delivers what was held back, in the order that is set. */
  release(): void {
    this.configure({ hold: false });
  }

  deliveries(): Delivery[] {
    return this.#listed;
  }

  stop(): void {
    this.#stopped.abort();
    this.#timers.stop();
  }

  #enqueue(event: QueuedEvent): void {
    const { hold, order, delayMs } = this.#settings;
    const entry: Waiting = {
      event,
      delivery: { eventId: event.eventId, type: event.type, state: hold ? 'held' : 'waiting', attempts: [] },
    };
    this.#listed.push(entry.delivery);
    if (this.#listed.length > mostDeliveriesListed) this.#listed.shift();
    this.#waiting.push(entry);
    if (hold) return;
    if (order === 'sent') this.#timers.after(delayMs, () => this.#deliver((other) => other === entry));
    else this.#timers.after(Math.max(delayMs, reorderWindowMs), () => this.#deliver(() => true));
  }

  #deliver(isDue: (entry: Waiting) => boolean): void {
    if (this.#settings.hold) return;
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((entry) => !isDue(entry));
    void this.#setOff(inOrder(due, this.#settings));
  }

  /** When an order was asked for, each event waits for the first attempt of the one before. */
  async #setOff(entries: Waiting[]): Promise<void> {
    for (const { event, delivery } of entries) {
      delivery.state = 'waiting';
      const { copies, order } = this.#settings;
      const first = Promise.all(Array.from({ length: copies }, () => this.#attempt({ event, delivery }, 0)));
      if (order !== 'sent') await first;
    }
  }

  async #attempt({ event, delivery }: Waiting, round: number): Promise<void> {
    const made = await postWebhook(this.#target, {
      body: event.body,
      endpoint: event.endpoint,
      loss: this.#nextLoss(),
      stopped: this.#stopped.signal,
    });
    if (this.#stopped.signal.aborted) return;
    delivery.attempts.push(made);
    if (made.status !== undefined && made.status >= 200 && made.status < 300) {
      delivery.state = 'delivered';
      this.#undelivered.delete(event.eventId);
      return;
    }
    const delayMs = retryDelaysMs[round];
    if (delayMs !== undefined) this.#timers.after(delayMs, () => void this.#attempt({ event, delivery }, round + 1));
    else if (delivery.state !== 'delivered') delivery.state = 'given_up';
  }

  #nextLoss(): Loss {
    if (this.#settings.failNext > 0) {
      this.#settings.failNext -= 1;
      return 'request';
    }
    if (this.#settings.loseAnswerNext > 0) {
      this.#settings.loseAnswerNext -= 1;
      return 'answer';
    }
    return 'none';
  }
}
