import type { Values } from "./values.ts";

/**
 * The pair of meta that tells a task of a backfill without its children. It goes with the message, because meta is what a
 * worker sends back and what retries copy.
 */
export const CHILDLESS = { key: "backfill", value: "alone" } as const;

/** Whether the result of the task starts no child and joins nothing. */
export function isChildless(meta: Values): boolean {
  return meta.get(CHILDLESS.key)?.[0] === CHILDLESS.value;
}
