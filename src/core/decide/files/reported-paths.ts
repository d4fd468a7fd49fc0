import type { DoneMessage } from "../decider.ts";
import { matchingPhases } from "../../workflow/file-patterns.ts";
import { parseMeta } from "../../task/meta.ts";
import type { WorkflowGraph } from "../../workflow/phase.ts";

/** Values of one message that are compared with the patterns; a worker that reports more names a folder or a list. */
const MAX_VALUES = 32;
const MAX_LENGTH = 4096;
const NONE: readonly string[] = [];

/**
 * The paths that a result names, in its info or meta, and that a phase waits for: an event about one of them comes of this
 * task. Not the files that the task was made of.
 */
export function reportedPaths({ task, meta }: DoneMessage, graph: WorkflowGraph): readonly string[] {
  if (graph.waitingForFiles.length === 0) return NONE;
  if (!task.info.includes("/") && !task.meta.includes("/") && !task.meta.includes("%2F")) return NONE;
  const inputs = new Set(meta.get("file"));
  const found = new Set<string>();
  let left = MAX_VALUES;
  for (const value of valuesOf(task.info, meta)) {
    if (!value.includes("/") || value.length > MAX_LENGTH || inputs.has(value) || found.has(value)) continue;
    if (left === 0) break;
    left -= 1;
    if (matchingPhases(value, graph).length > 0) found.add(value);
  }
  return found.size === 0 ? NONE : [...found];
}

function* valuesOf(info: string, meta: DoneMessage["meta"]): Generator<string> {
  const query = info.indexOf("?");
  yield query < 0 ? info : info.slice(0, query);
  if (query >= 0 && info.indexOf("/", query) >= 0)
    for (const values of parseMeta(info.slice(query + 1)).values()) yield* values;
  for (const [key, values] of meta) if (key !== "file" && key !== "filename") yield* values;
}
