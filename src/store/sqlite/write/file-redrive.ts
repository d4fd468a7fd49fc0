import type { RedrivenFile } from "../../file-queries.ts";
import type { Committed } from "../../store.ts";
import type { ValidationError } from "../../../core/decide/decider.ts";
import type { Gathered, Writer } from "./writer.ts";

/** Redrives one stored event; null when it does not exist. */
export type RedriveEvent = (id: number, gathered: Gathered) => RedrivenFile | null;

type Redriven = Committed & { readonly results: readonly RedrivenFile[] };

/** Redrives a group of stored events in one transaction; an event whose decision fails stays unchanged. */
export function redriveFiles(
  ids: readonly number[],
  redrive: RedriveEvent,
  refuse: (error: unknown) => ValidationError,
  writer: Writer,
): Redriven {
  const results = new Map<number, RedrivenFile>();
  const committed = writer.group(
    ids,
    (id, gathered) => note(results, redrive(id, gathered)),
    (id, error) => {
      const { reason } = refuse(error);
      results.set(id, { id, path: "", matched: 0, taken: 0, waiting: 0, error: reason, tasks: [] });
    },
  );
  return { ...committed, results: inOrder(ids, results) };
}

/** What the redrive would do; nothing is written. */
export function tryFiles(ids: readonly number[], redrive: RedriveEvent, writer: Writer): Redriven {
  const results = new Map<number, RedrivenFile>();
  writer.tried((gathered) => ids.forEach((id) => note(results, redrive(id, gathered))));
  return { outbox: [], rejected: 0, results: inOrder(ids, results) };
}

function note(results: Map<number, RedrivenFile>, result: RedrivenFile | null): void {
  if (result !== null) results.set(result.id, result);
}

function inOrder(ids: readonly number[], results: ReadonlyMap<number, RedrivenFile>): readonly RedrivenFile[] {
  return ids.flatMap((id) => results.get(id) ?? []);
}
