import { TASK_SORTS } from "../search.ts";
import { valuesOf } from "../query/terms.ts";

export type ColumnId =
  | "status"
  | "type"
  | "job"
  | "task_time"
  | "info"
  | "msg"
  | "created"
  | "queue"
  | "run"
  | "attempt"
  | "workflow"
  | "worker"
  | "origin"
  | "meta"
  | "started"
  | "ended"
  | "id"
  | "record";

export interface Column {
  readonly id: ColumnId;
  readonly name: string;
  /** In CSS pixels; of one that grows the least. */
  readonly width: number;
  readonly grows?: true;
  readonly sort?: (typeof TASK_SORTS)[number];
  readonly isNumber?: true;
  /** It is shown when asked for. */
  readonly isExtra?: true;
}

export const COLUMNS: readonly Column[] = [
  { id: "status", name: "Status", width: 92 },
  { id: "type", name: "Type", width: 76 },
  { id: "job", name: "Job", width: 82 },
  { id: "task_time", name: "Task time", width: 124, sort: "task_time" },
  { id: "info", name: "Info", width: 122, grows: true },
  { id: "msg", name: "Message", width: 138, grows: true },
  { id: "created", name: "Created", width: 112, sort: "created", isNumber: true },
  { id: "queue", name: "Queue", width: 60, sort: "queue", isNumber: true },
  { id: "run", name: "Run", width: 72, sort: "run", isNumber: true },
  { id: "attempt", name: "Attempt", width: 68, isNumber: true },
  { id: "workflow", name: "Workflow", width: 90 },
  { id: "worker", name: "Worker", width: 120, isExtra: true },
  { id: "origin", name: "Origin", width: 76, isExtra: true },
  { id: "meta", name: "Meta", width: 160, grows: true, isExtra: true },
  { id: "started", name: "Started", width: 116, isNumber: true, isExtra: true },
  { id: "ended", name: "Ended", width: 116, isNumber: true, isExtra: true },
  { id: "id", name: "Run id", width: 268, isExtra: true },
  { id: "record", name: "Record", width: 84, isNumber: true, isExtra: true },
];

/** States that tell all of the status. */
const TELLING = new Set(["running", "sent", "overdue", "cancelled"]);

/** Columns that are the same in each row, because the query wants it so. */
function fixedBy(query: string): ReadonlySet<ColumnId> {
  const fixed = new Set<ColumnId>();
  for (const field of ["type", "job", "workflow", "origin"] as const)
    if (valuesOf(query, field).length === 1) fixed.add(field);
  const [results, states] = [valuesOf(query, "result"), valuesOf(query, "state")];
  if ((results.length === 1 && results[0] !== "") || (states.length === 1 && TELLING.has(states[0] ?? "")))
    fixed.add("status");
  return fixed;
}

/** What is shown unless somebody wants it otherwise. */
export function shownByDefault(query: string): ReadonlySet<ColumnId> {
  const fixed = fixedBy(query);
  const isRunning = valuesOf(query, "state").includes("running");
  return new Set(
    COLUMNS.filter(({ id, isExtra }) => !fixed.has(id) && (isExtra !== true || (id === "worker" && isRunning))).map(
      ({ id }) => id,
    ),
  );
}

/** In their order: as somebody wants them, else what is shown by default. */
export function shownColumns(query: string, wanted: Readonly<Record<string, boolean>>): readonly ColumnId[] {
  const defaults = shownByDefault(query);
  return COLUMNS.map(({ id }) => id).filter((id) => wanted[id] ?? defaults.has(id));
}

/** Those that an address names; null: none, or none that there is. */
export function knownColumns(names: string | undefined): readonly string[] | null {
  const known = names?.split(",").filter((name) => COLUMNS.some(({ id }) => id === name)) ?? [];
  return known.length === 0 ? null : known;
}
