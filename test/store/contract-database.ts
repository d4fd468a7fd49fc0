import assert from "node:assert/strict";
import type { NewTask } from "../../src/core/decide/effects.ts";
import type { Store, TaskHistory } from "../../src/store/store.ts";
import { newTask, NOW } from "./factories.ts";

/** What an adapter brings to the suite: an empty database, opened, and opened again as after a clean stop. */
export interface StoreUnderTest {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/** The database of the test that runs. */
export class ContractDatabase {
  readonly #prepare: () => StoreUnderTest;
  #place: StoreUnderTest | null = null;
  #store: Store | null = null;

  constructor(prepare: () => StoreUnderTest) {
    this.#prepare = prepare;
  }

  get store(): Store {
    assert.ok(this.#store !== null);
    return this.#store;
  }

  async open(): Promise<void> {
    this.#place ??= this.#prepare();
    this.#store = await this.#place.open();
  }

  async reopen(): Promise<void> {
    await this.store.close();
    await this.open();
  }

  async remove(): Promise<void> {
    await this.store.close();
    await this.#place?.remove();
    this.#place = null;
  }

  /** The one record of this record or run id. */
  async one(id: string): Promise<TaskHistory> {
    const [row, ...others] = await this.store.reads.taskHistory(id);
    assert.ok(row !== undefined && others.length === 0, `records of ${id}`);
    return row;
  }

  /** Creates one task, and answers its record id. */
  async create(given: Partial<NewTask> = {}, now = NOW): Promise<number> {
    const { recordIds } = await this.store.createTasks([newTask(given)], now);
    return recordIds[0] ?? 0;
  }
}
