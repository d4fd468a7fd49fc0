import type { KindLook } from "../slots/cell-rows.ts";
import type { Selection } from "../search.ts";
import type { SlotClass } from "./use-preview.ts";

/** How the classes of slots are drawn, the worst first. */
export const LOOKS: readonly KindLook<SlotClass>[] = [
  { kind: "failed", state: "error", word: "failed" },
  { kind: "new", state: "new", word: "new" },
  { kind: "running", state: "running", word: "running" },
  { kind: "exists", state: "complete", word: "exist" },
];

/** What becomes of the slots of a class. */
export function fateOf(kind: SlotClass, only: Selection): string {
  if (kind === "running") return "left alone";
  if (kind === "new") return "will be created";
  if (kind === "exists") return only === "all" ? "will be created again" : "left alone: complete";
  return only === "missing" ? "left alone" : "will be created again";
}
