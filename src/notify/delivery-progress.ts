/** The most deliveries that may wait for another attempt; the oldest then begins anew. */
const DELIVERIES_MAX = 100;

/** How far each delivery of several parts is that waits for another attempt. A restart forgets it: then a part may be sent twice. */
export class DeliveryProgress<Progress> {
  readonly #begin: () => Progress;
  readonly #deliveries = new Map<string, Progress>();

  constructor(begin: () => Progress) {
    this.#begin = begin;
  }

  of(deliveryId: string): Progress {
    const known = this.#deliveries.get(deliveryId);
    if (known !== undefined) return known;
    const [oldest] = this.#deliveries.keys();
    if (this.#deliveries.size >= DELIVERIES_MAX && oldest !== undefined) this.#deliveries.delete(oldest);
    const progress = this.#begin();
    this.#deliveries.set(deliveryId, progress);
    return progress;
  }

  /** It needs no other attempt. */
  finish(deliveryId: string): void {
    this.#deliveries.delete(deliveryId);
  }
}
