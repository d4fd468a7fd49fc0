import { requeued } from "../../core/decide/on-report.ts";
import type { EngineContext } from "../context.ts";

const GROUP = 500;

/** Running tasks whose worker promised another report and did not send it are `sent` again. Returns whether more are left. */
export async function expireLeases({ store, runtime }: Pick<EngineContext, "store" | "runtime">): Promise<boolean> {
  const { expired } = await store.expireLeases(runtime.now(), GROUP, (task) => requeued(task, task, "lease"));
  return expired === GROUP;
}
