import type { Delivery, OutMessage } from "../../src/bus/bus.ts";

let counter = 0;

/** Messages with these payloads and unique keys. */
export function messages(topic: string, payloads: readonly string[]): OutMessage[] {
  return payloads.map((payload) => ({ key: `key-${(counter += 1)}`, topic, payload }));
}

/** Collects deliveries; `take` waits until that many have arrived. */
export class Inbox {
  readonly deliveries: Delivery[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  readonly onDelivery = (delivery: Delivery): void => {
    this.deliveries.push(delivery);
    const ready = this.#waiting.filter((waiter) => waiter.count <= this.deliveries.length);
    this.#waiting = this.#waiting.filter((waiter) => waiter.count > this.deliveries.length);
    for (const waiter of ready) waiter.resolve();
  };

  async take(count: number): Promise<Delivery[]> {
    if (this.deliveries.length < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push({ count, resolve });
      await promise;
    }
    return this.deliveries.slice(0, count);
  }

  async payloads(count: number): Promise<string[]> {
    return (await this.take(count)).map((delivery) => delivery.payload);
  }
}
