/** By what the API sorts; `-` before it: descending. */
export const TASK_SORTS = ["created", "task_time", "queue", "run"] as const;
export type TaskSort = (typeof TASK_SORTS)[number];

export interface Column {
  readonly id: "status" | "job" | "task_time" | "info" | "msg" | "created" | "queue" | "run" | "attempt" | "workflow";
  readonly name: string;
  /** A track of the grid. */
  readonly width: string;
  readonly sort?: TaskSort;
  readonly isNumber?: true;
}

export const COLUMNS: readonly Column[] = [
  { id: "status", name: "Status", width: "104px" },
  { id: "job", name: "Type and job", width: "minmax(120px, 180px)" },
  { id: "task_time", name: "Task time", width: "124px", sort: "task_time" },
  { id: "info", name: "Info", width: "minmax(140px, 1fr)" },
  { id: "msg", name: "Message", width: "minmax(140px, 1fr)" },
  { id: "created", name: "Created", width: "112px", sort: "created", isNumber: true },
  { id: "queue", name: "Queue", width: "68px", sort: "queue", isNumber: true },
  { id: "run", name: "Run", width: "68px", sort: "run", isNumber: true },
  { id: "attempt", name: "Attempt", width: "60px", isNumber: true },
  { id: "workflow", name: "Workflow", width: "minmax(90px, 140px)" },
];

export const TRACKS = `28px ${COLUMNS.map(({ width }) => width).join(" ")}`;
