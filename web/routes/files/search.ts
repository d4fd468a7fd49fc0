import { rangeOf } from "../../../src/contract/api/files/task-time-range.ts";
import { FILE_STATES, type FileState } from "../../../src/contract/api/files/file-states.ts";

/** The conditions of the list that can be taken off as pills. */
export const FILE_FILTERS = ["path", "type", "job", "workflow", "time"] as const;
export type FileFilterName = (typeof FILE_FILTERS)[number];
export type FileFilters = Readonly<Partial<Record<FileFilterName, string>>>;

/** What the address says of the list of files. */
export interface FilesSearch extends FileFilters {
  /** One of FILE_STATES; without it all. */
  readonly state?: string;
  /** `2026-11-30`, `week` or `all`; without it today, or all of a task time. */
  readonly day?: string;
  /** The event whose row is open. */
  readonly open?: number;
  /** The pattern that is tried, and its language: `files` or `files_glob`. */
  readonly pattern?: string;
  readonly language?: string;
  /** The phase whose arrivals are shown: `extract:clicks`, or its id. */
  readonly arrivals?: string;
  /** A task time of it that was chosen, as in `2026-01-31T05:00`. */
  readonly arrival?: string;
  /** What is shown instead of the list where not both have room: `arrivals` or `tester`. */
  readonly side?: string;
}

export function readSearch(raw: Record<string, unknown>): FilesSearch {
  const texts = FILE_FILTERS.flatMap((name): [string, string][] => {
    const { [name]: value } = raw;
    const isText = typeof value === "string" && value !== "" && (name !== "time" || rangeOf(value) !== null);
    // The router reads what looks like a number as one.
    return typeof value === "number" ? [[name, String(value)]] : isText ? [[name, value]] : [];
  });
  const { state, day, open, pattern, language, arrivals, arrival, side } = raw;
  return {
    ...(Object.fromEntries(texts) as FileFilters),
    ...(isState(state) ? { state } : {}),
    ...(typeof day === "string" && /^(?:week|all|\d{4}-\d{2}-\d{2})$/.test(day) ? { day } : {}),
    ...(typeof open === "number" ? { open } : {}),
    ...(typeof pattern === "string" && pattern !== "" ? { pattern } : {}),
    ...(language === "files" || language === "files_glob" ? { language } : {}),
    // The router reads what looks like a number as one.
    ...(typeof arrivals === "number" || (typeof arrivals === "string" && arrivals !== "")
      ? { arrivals: String(arrivals) }
      : {}),
    ...(typeof arrival === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(arrival) ? { arrival } : {}),
    ...(side === "arrivals" || side === "tester" ? { side } : {}),
  };
}

export function isState(value: unknown): value is FileState {
  return FILE_STATES.some((one) => one === value);
}

/** Without what these say. */
export function without(search: FilesSearch, ...names: readonly (keyof FilesSearch)[]): FilesSearch {
  return Object.fromEntries(Object.entries(search).filter(([name]) => names.every((one) => one !== name)));
}
