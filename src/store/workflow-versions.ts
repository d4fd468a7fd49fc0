import type { ByHand } from "../contract/api/from-person.ts";
import type { OnRemoved, PhaseAbout } from "../core/workflow/phase.ts";

/** One version of one workflow file, as read. */
export interface LoadedFile {
  /** Name as in meta. */
  readonly name: string;
  /** Its path on disk. */
  readonly path: string;
  readonly source: string;
  readonly checksum: string;
  readonly phases: readonly LoadedPhase[];
  readonly issues: readonly LoadedIssue[];
  /** What the file as it is now says about the waiting tasks of phases that left it; null: what it said before. */
  readonly onRemoved: OnRemoved | null;
  /** False when the file has an error: this version is stored, but an earlier one stays in force. */
  readonly accepted: boolean;
  /** Who saved it here, and why; null: it was changed elsewhere. */
  readonly edit: ByHand | null;
}

export interface LoadedPhase extends PhaseAbout {
  readonly key: string;
  readonly task: string;
  readonly type: string;
  readonly job: string;
  readonly dependsOn: string;
  readonly rule: string;
  readonly template: string;
  readonly retry: number;
  readonly line: number;
  /** IANA zone of its task times. */
  readonly zone: string;
  /** How many of its tasks may be unfinished at a time; 0: no cap. */
  readonly cap: number;
  readonly paused: boolean;
  /** It waits for all of its parents. */
  readonly isJoin: boolean;
  /** What becomes of its waiting tasks when it leaves the file. */
  readonly onRemoved: OnRemoved;
  /** Keys of the phases (same file) that are its parents, for `workflow_dependencies`. */
  readonly parents: readonly string[];
  /** Key of the phase that leaves the file and whose unfinished joins are now of this one. */
  readonly takesOver?: string | undefined;
}

/** A phase in force that says `paused`. */
export interface PausedPhase {
  readonly phaseId: number;
  /** When it was loaded so for the first time; a restart and a change of something else keep it. */
  readonly since: number;
}

export interface LoadedIssue {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

export interface SavedFile {
  readonly name: string;
  /** The version in force: from an earlier load when this file was not accepted, 0 when no version ever was. */
  readonly versionId: number;
  /** Ids in `workflow_phases` of the version in force, by phase key. */
  readonly phaseIds: ReadonlyMap<string, number>;
}

/** The last accepted version of a file, for a start when the file is broken. */
export interface AcceptedVersion {
  readonly name: string;
  readonly path: string;
  readonly versionId: number;
  readonly source: string;
}
