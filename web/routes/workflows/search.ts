/** What the address says of every view of the workflows. */
interface WorkflowsSearch {
  /** The workflow file: its path below the workflow folder. */
  readonly file?: string;
  /** The phase in the side panel: its id. */
  readonly phase?: number;
}

export function readSearch({ file, phase }: Record<string, unknown>): WorkflowsSearch {
  return {
    ...(typeof file === "string" && file !== "" ? { file } : {}),
    ...(typeof phase === "number" && Number.isInteger(phase) ? { phase } : {}),
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
