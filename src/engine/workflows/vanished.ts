import { newAlert } from "../../core/decide/new-alert.ts";
import type { NewAlert, ResolvedCause } from "../../core/decide/effects.ts";
import type { Phase } from "../../core/workflow/phase.ts";

/** Workflows that are in force and that no file has any more: too many of them to be believed. */
export interface Vanished {
  /** Names of their files. */
  readonly files: readonly string[];
  /** How many phases they have. */
  readonly phases: number;
  /** How many phases are in force. */
  readonly inForce: number;
  /** Why nothing can be read; null: the files were read. */
  readonly reason: string | null;
}

/** Fewer phases than this may leave at any time, unless they are all. */
const MIN_PHASES = 3;
/** More than one phase in so many is too much. */
const SHARE = 5;

type PhasesByFile = ReadonlyMap<string, () => readonly Pick<Phase, "key">[]>;

/**
 * Whether a reload would drop every phase, or more than a fifth and at least three, because their files are gone or have no
 * phases any more: an empty mount, half a copy. A phase that a file still has under another name was renamed by somebody,
 * and one that is in a new file was moved there. `read` has the files that were read, `null` those that are not accepted.
 */
export function vanishedWorkflows(
  inForce: PhasesByFile,
  read: ReadonlyMap<string, readonly Pick<Phase, "key">[] | null>,
  reason: string | null,
): Vanished | null {
  const gone = [...inForce.keys()].filter((name) => read.get(name)?.length === 0 || !read.has(name));
  if (gone.length === 0) return null;
  const moved = new Set<string>();
  for (const [name, phases] of read) if (!inForce.has(name)) for (const { key } of phases ?? []) moved.add(key);
  let dropped = 0;
  const files = gone.filter((name) => {
    const left = (inForce.get(name)?.() ?? []).filter(({ key }) => !moved.has(key));
    dropped += left.length;
    return left.length > 0;
  });
  if (dropped === 0) return null;
  const all = [...inForce.values()].reduce((sum, phases) => sum + phases().length, 0);
  const isTooMany = dropped === all || (dropped >= MIN_PHASES && dropped * SHARE > all);
  return isTooMany ? { files, phases: dropped, inForce: all, reason } : null;
}

/** Names in a sentence. */
const MAX_NAMED = 5;

/** What is missing and what to do, in sentences. */
export function vanishedText({ files, phases, inForce, reason }: Vanished, path: string): string {
  const named = files.slice(0, MAX_NAMED).join(", ");
  const more = files.length > MAX_NAMED ? ` and ${files.length - MAX_NAMED} more` : "";
  const are = files.length === 1 ? "is" : "are";
  return (
    `${phases} of ${inForce} phases would be dropped: ${named}${more} ${are} missing from, or empty in, ${path}.` +
    `${reason === null ? "" : ` ${reason}`} The last versions of all workflows stay in force. ` +
    "Bring the files back; if they are meant to be gone, run flowlord workflows accept."
  );
}

export function vanishedAlert(vanished: Vanished, path: string): NewAlert {
  return newAlert("workflows_vanished", vanishedText(vanished, path));
}

export function vanishedResolved(): ResolvedCause {
  const note = "the workflows are back, or their removal was accepted";
  return { type: "workflows_vanished", taskType: "", job: "", taskTime: null, cause: "", workflow: "", note };
}
