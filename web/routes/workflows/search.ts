/** What the address says of every view of the workflows. */
export interface WorkflowsSearch {
  /** The workflow file: its path below the workflow folder. */
  readonly file?: string;
  /** The phase in the side panel: its id. */
  readonly phase?: number;
  /** Only files whose path has this text. */
  readonly name?: string;
  /** Also files that are gone. */
  readonly removed?: true;
}

export function readSearch({ file, phase, name, removed }: Record<string, unknown>): WorkflowsSearch {
  return {
    ...(typeof file === "string" && file !== "" ? { file } : {}),
    ...(typeof phase === "number" && Number.isInteger(phase) ? { phase } : {}),
    // The router reads what looks like a number as one.
    ...(typeof name === "number" || (typeof name === "string" && name !== "") ? { name: String(name) } : {}),
    ...(removed === true ? { removed } : {}),
  };
}

export function readGrid(): object {
  return {};
}

export function readGantt(): object {
  return {};
}

export function readSource(): object {
  return {};
}

export function readSchedule(): object {
  return {};
}
