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

/** What the address says of one file alone: it is left out when another is chosen. */
export const OF_ONE_FILE = {
  phase: undefined,
  find: undefined,
  closed: undefined,
  folded: undefined,
  run: undefined,
  row: undefined,
  line: undefined,
  version: undefined,
  against: undefined,
  edit: undefined,
} as const;

/** What it says of the graph. */
export interface GraphSearch {
  /** Phases with this text are shown, the others fade. */
  readonly find?: string;
  /** Phases whose followers are folded, by their ids. */
  readonly closed?: readonly number[];
  /** As a list. */
  readonly outline?: true;
}

export function readGraph({ find, closed, outline }: Record<string, unknown>): GraphSearch {
  const ids = Array.isArray(closed) ? closed.filter(isNumber) : [];
  return {
    ...(typeof find === "number" || (typeof find === "string" && find !== "") ? { find: String(find) } : {}),
    ...(ids.length > 0 ? { closed: ids } : {}),
    ...(outline === true ? { outline } : {}),
  };
}

/** What the address says of the task times that are shown. */
interface TimesSearch {
  /** A column for each; without it the hour. */
  readonly step?: "day";
  /** So many; without it 2, by the day 30. */
  readonly days?: number;
  /** The last day, by the clock of the phases; without it today. */
  readonly last?: string;
  /** The task time that is chosen, as in `2026-01-31T05`. */
  readonly slot?: string;
}

export interface GridSearch extends TimesSearch {
  /** The phases whose tasks have rows of their own, by their ids. */
  readonly folded?: readonly number[];
}

export interface GanttSearch extends TimesSearch {
  /** The run: any record of it. */
  readonly run?: number;
  /** The record in the side panel. */
  readonly row?: number;
}

export const DAY_CHOICES = [2, 7, 30, 90] as const;
const SLOT = /^\d{4}-\d{2}-\d{2}(?:T\d{2})?$/;

function readTimes({ step, days, last, slot }: Record<string, unknown>): TimesSearch {
  return {
    ...(step === "day" ? { step } : {}),
    ...(DAY_CHOICES.some((known) => known === days) ? { days: Number(days) } : {}),
    ...(typeof last === "string" && /^\d{4}-\d{2}-\d{2}$/.test(last) && !Number.isNaN(Date.parse(last))
      ? { last }
      : {}),
    ...(typeof slot === "string" && SLOT.test(slot) ? { slot } : {}),
  };
}

export function readGrid(search: Record<string, unknown>): GridSearch {
  const { folded } = search;
  const ids = Array.isArray(folded) ? folded.filter((id) => typeof id === "number" && Number.isInteger(id)) : [];
  return { ...readTimes(search), ...(ids.length > 0 ? { folded: ids as number[] } : {}) };
}

export function readGantt(search: Record<string, unknown>): GanttSearch {
  const { run, row } = search;
  return {
    ...readTimes(search),
    ...(typeof run === "number" && Number.isInteger(run) ? { run } : {}),
    ...(typeof row === "number" && Number.isInteger(row) ? { row } : {}),
  };
}

/** What it says of the text of a file. */
interface SourceSearch {
  /** A line of it, from 1. */
  readonly line?: number;
  /** The version that is shown; without it the newest. */
  readonly version?: number;
  /** The older version that it is compared with. */
  readonly against?: number;
  /** A change of the text is being made. */
  readonly edit?: true;
}

export function readSource({ line, version, against, edit }: Record<string, unknown>): SourceSearch {
  return {
    ...(isNumber(line) ? { line } : {}),
    ...(isNumber(version) ? { version } : {}),
    ...(isNumber(against) ? { against } : {}),
    ...(edit === true ? { edit } : {}),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}
