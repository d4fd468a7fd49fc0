import { LEASE_MS } from "../../contract/task-report.ts";
import { requeued } from "../../core/decide/reports/on-report.ts";
import type { EngineContext } from "../context.ts";

const GROUP = 500;

type Parts = Pick<EngineContext, "store" | "runtime">;

/** Running tasks whose worker promised another report and did not send it are `sent` again. Returns whether more are left. */
export async function expireLeases({ store, runtime }: Parts): Promise<boolean> {
  const { expired } = await store.expireLeases(runtime.now(), GROUP, (task) => requeued(task, task, "lease"));
  return expired === GROUP;
}

/** The same in a running instance: reports that came while it was stopped are still on the bus, so it waits for them first. */
export class LeaseCheck {
  readonly #parts: Parts;
  readonly #since: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#since = parts.runtime.monotonic();
  }

  async run(): Promise<boolean> {
    if (this.#parts.runtime.monotonic() - this.#since < LEASE_MS) return false;
    return await expireLeases(this.#parts);
  }
}
