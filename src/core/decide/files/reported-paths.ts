import { canonicalPath, decoded, spellings } from "../../../contract/file-path.ts";
import type { DoneMessage } from "../decider.ts";
import { matchingPhases } from "../../workflow/file-patterns.ts";
import { parseMeta } from "../../task/meta.ts";
import type { Phase, WorkflowGraph } from "../../workflow/phase.ts";

/** Values of one message that are compared with the patterns; a worker that reports more names a folder or a list. */
const MAX_VALUES = 1000;
const MAX_LENGTH = 4096;
/** As it is, or percent-encoded. */
const SLASH = /\/|%2f/i;
const NONE: readonly string[] = [];

/**
 * The paths that a result names, in its info or meta, and that a phase waits for, in their canonical spelling: an event
 * about one of them comes of this task. Not the files that the task was made of. `maker`: the phase that made it.
 */
export function reportedPaths(
  { task, meta }: DoneMessage,
  maker: Phase | null,
  graph: WorkflowGraph,
): readonly string[] {
  if (graph.waitingForFiles.length === 0) return NONE;
  if (!SLASH.test(task.info) && !SLASH.test(task.meta)) return NONE;
  const inputs = inputsOf(meta, maker, graph);
  const compared = new Set<string>();
  const found = new Set<string>();
  for (const value of valuesOf(task.info, meta)) {
    if (!value.includes("/") || value.length > MAX_LENGTH || inputs.has(value)) continue;
    const path = canonicalPath(value);
    if (compared.has(path)) continue;
    if (compared.size === MAX_VALUES) break;
    compared.add(path);
    if (spellings(path).some((one) => matchingPhases(one, graph).length > 0)) found.add(path);
  }
  return found.size === 0 ? NONE : [...found];
}

/** The meta of a task of files names them; a worker may put the files that it wrote in their place. */
function inputsOf(meta: DoneMessage["meta"], maker: Phase | null, graph: WorkflowGraph): ReadonlySet<string> {
  if (maker === null || !graph.waitingForFiles.includes(maker)) return new Set();
  const names = meta.get("filename") ?? [];
  const isInput = (path: string, index: number): boolean =>
    path.endsWith(names[index] ?? "/") && matchingPhases(path, graph).includes(maker);
  return new Set((meta.get("file") ?? []).filter(isInput));
}

function* valuesOf(info: string, meta: DoneMessage["meta"]): Generator<string> {
  const query = info.indexOf("?");
  const path = query < 0 ? info : info.slice(0, query);
  yield path;
  if (path.includes("%")) yield decoded(path);
  if (query >= 0 && SLASH.test(info.slice(query)))
    for (const values of parseMeta(info.slice(query + 1)).values()) yield* values;
  for (const [key, values] of meta) if (key !== "filename") yield* values;
}
