/** A list of tasks under a name, as the address of the page has it. */
export interface TaskView {
  readonly name: string;
  readonly search: { readonly q: string; readonly as?: "groups" };
}

/** Those that are there for everybody. */
export const TASK_VIEWS: readonly TaskView[] = [
  { name: "All", search: { q: "" } },
  { name: "Running", search: { q: "state:running" } },
  { name: "Today", search: { q: "created:today" } },
  { name: "Failures", search: { q: "unresolved:true", as: "groups" } },
  { name: "Retrying", search: { q: "state:waiting,queued attempt>=1" } },
];
