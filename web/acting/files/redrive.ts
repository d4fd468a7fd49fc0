import type { z } from "zod";
import type { redriveFilesAnswer } from "../../../src/contract/api/file-api.ts";
import { change, newKey } from "../../services/api.ts";
import { count } from "../../services/format.ts";
import type { FileSelection } from "../ask.ts";

type Answer = z.output<typeof redriveFilesAnswer>;

/** What matching them again makes, or would make. */
export interface Tally {
  readonly files: number;
  readonly tasks: number;
  /** Files that match no phase in force. */
  readonly unmatched: number;
  /** Phases that made a task of a file before, and make none again. */
  readonly taken: number;
  /** Phases that wait for more files. */
  readonly waiting: number;
  readonly errors: number;
  /** The first error, of which file. */
  readonly error: string | null;
  /** Tasks by `type:job`. */
  readonly byPhase: ReadonlyMap<string, number>;
  /** The last event that is meant: what comes meanwhile is left out. */
  readonly upTo: number | null;
}

const EMPTY: Tally = {
  files: 0,
  tasks: 0,
  unmatched: 0,
  taken: 0,
  waiting: 0,
  errors: 0,
  error: null,
  byPhase: new Map(),
  upTo: null,
};

export interface Redrive {
  readonly files: FileSelection;
  /** Also make a task for phases that made one of the event before. */
  readonly force: boolean;
  /** Nothing is changed. */
  readonly isTried: boolean;
  readonly reason: string;
  /** As it was counted; null: all there are now. */
  readonly upTo: number | null;
}

/** Turn by turn, 200 events each: `onTurn` hears after each, and ends it by answering false. Throws ApiError. */
export async function redrive(request: Redrive, onTurn: (tally: Tally) => boolean): Promise<Tally> {
  const { files, force, isTried, reason } = request;
  const selection = "ids" in files ? { ids: files.ids } : files.filter;
  let tally: Tally = { ...EMPTY, upTo: request.upTo };
  let after: number | null = null;
  do {
    const answer: Answer = await change<Answer>(
      "POST",
      "/api/files/redrive",
      {
        ...selection,
        ...(after === null ? {} : { after }),
        ...(tally.upTo === null ? {} : { up_to: tally.upTo }),
        force,
        dry_run: isTried,
        reason,
      },
      newKey(),
    );
    tally = added(tally, answer);
    after = answer.next;
  } while (after !== null && onTurn(tally));
  return tally;
}

export function added(tally: Tally, { results, up_to: upTo }: Answer): Tally {
  const byPhase = new Map(tally.byPhase);
  const counts = { files: 0, tasks: 0, unmatched: 0, taken: 0, waiting: 0, errors: 0 };
  let { error } = tally;
  for (const result of results) {
    counts.files += 1;
    counts.tasks += result.tasks.length;
    counts.taken += result.taken;
    counts.waiting += result.waiting;
    if (result.error !== null) {
      counts.errors += 1;
      error ??= `${result.path}: ${result.error}`;
    } else if (result.matched === 0) counts.unmatched += 1;
    for (const { type, job } of result.tasks) {
      const name = job === "" ? type : `${type}:${job}`;
      byPhase.set(name, (byPhase.get(name) ?? 0) + 1);
    }
  }
  return {
    files: tally.files + counts.files,
    tasks: tally.tasks + counts.tasks,
    unmatched: tally.unmatched + counts.unmatched,
    taken: tally.taken + counts.taken,
    waiting: tally.waiting + counts.waiting,
    errors: tally.errors + counts.errors,
    error,
    byPhase,
    upTo,
  };
}

/** "1 file", "1,342 files". */
export function filesText(files: number): string {
  return files === 1 ? "1 file" : `${count(files)} files`;
}
