import type { InstanceState } from "../database/instance-state.ts";

/** The newest creation time, as on the bus, of a task whose record was deleted. */
const DELETED_THROUGH = "retention.deleted_through";
/** By how much the highest ids fell when their rows were deleted. */
export const IDS_FELL = "retention.ids_fell";

/** What is still known of rows that are gone. */
export class DeletedMark {
  readonly #state: InstanceState;
  #through: number | null | undefined = undefined;
  #pending: number | null = null;

  constructor(state: InstanceState) {
    this.#state = state;
  }

  /** Tasks created by then may have been deleted; null: none was. */
  get through(): number | null {
    if (this.#through === undefined) {
      const stored = this.#state.get(DELETED_THROUGH);
      this.#through = stored === null ? null : Number(stored);
    }
    return this.#through;
  }

  deleted(created: number | null): void {
    if (created !== null && (this.#pending === null || created > this.#pending)) this.#pending = created;
  }

  /**
   * Inside the transaction that deletes them. Never later than `latest`: the clock of another program may have been wrong, and then
   * all that is new would be taken for deleted.
   */
  write(latest: number): void {
    const pending = this.#pending === null ? null : Math.min(this.#pending, latest);
    this.#pending = null;
    const before = this.through;
    if (pending === null || (before !== null && before >= pending)) return;
    this.#state.put(DELETED_THROUGH, String(pending));
    this.#through = pending;
  }

  fell(by: number): void {
    if (by > 0) this.#state.put(IDS_FELL, String(Number(this.#state.get(IDS_FELL) ?? 0) + by));
  }

  /** The transaction was rolled back. */
  rolledBack(): void {
    this.#pending = null;
    this.#through = undefined;
  }
}
