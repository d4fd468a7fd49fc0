import { createHash } from "node:crypto";
import type { ByHand } from "../../contract/api/from-person.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { schemeOf } from "../../contract/file-path.ts";
import type { WorkflowQueries } from "../../store/workflow-queries.ts";
import type { EngineQueries } from "../queries/engine-queries.ts";
import type { WorkflowsReloaded } from "./workflows-in-force.ts";

/** The text that a workflow file shall have. */
export interface WorkflowEdit extends ByHand {
  /** Its path below the workflow folder. */
  readonly path: string;
  readonly text: string;
  /** SHA-256 of the text that it was made from, hex; null: a file that does not exist yet. */
  readonly checksum: string | null;
}

export interface SavedWorkflow {
  /** In force now; null: none is. */
  readonly versionId: number | null;
  readonly checksum: string;
  /** Whether it is this text. */
  readonly isInForce: boolean;
  readonly phases: number;
  /** Files that are gone, too many to be believed: while they are, nothing is taken over. */
  readonly missing: readonly string[];
}

/** Changes workflow files. */
export interface WorkflowEditor {
  /** Why no file is changed here, one sentence; null: files may be changed. */
  readonly refusal: string | null;
  /** Why a file with this text is not changed here; null: it may be. */
  refusalOf(text: string): string | null;
  /** Resolves when the file is written and read again. Throws DomainError. */
  save(edit: WorkflowEdit): Promise<SavedWorkflow>;
}

export interface EditorParts {
  /** The owner allows it. */
  readonly isAllowed: boolean;
  /** The configured path of the workflows. */
  readonly path: string;
  readonly queries: Pick<EngineQueries, "validate">;
  readonly workflows: Pick<WorkflowQueries, "one" | "source">;
  /** Puts the bytes in the place of a file with the checksum `before`. Throws DomainError. */
  replaceFile(file: {
    readonly root: string;
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly before: string | null;
  }): Promise<void>;
  /** The version of this checksum, when it is read, is somebody's. */
  noteEdit(name: string, checksum: string, who: ByHand): void;
  reload(): Promise<WorkflowsReloaded>;
  /** Whether people are shown the text with something hidden. */
  hidesIn(text: string): boolean;
}

const OFF =
  "Editing is off: set edit = true in [web] of the configuration to allow it, or copy the text into the file.";
const ELSEWHERE = "The workflows are in a bucket: change the file there; Flowlord reads it with the next refresh.";
const HIDDEN = "The text has secrets, which are hidden here: change the file itself.";

/** One edit after the other: the second of two that were made from the same text is refused. */
export function workflowEditor(parts: EditorParts): WorkflowEditor {
  const refusal = parts.isAllowed ? (schemeOf(parts.path) === null ? null : ELSEWHERE) : OFF;
  const refusalOf = (text: string): string | null => refusal ?? (parts.hidesIn(text) ? HIDDEN : null);
  let last: Promise<unknown> = Promise.resolve();
  return {
    refusal,
    refusalOf,
    save: (edit) => {
      const turn = last.then(() => save(edit, refusalOf, parts));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

async function save(
  edit: WorkflowEdit,
  refusalOf: (text: string) => string | null,
  parts: EditorParts,
): Promise<SavedWorkflow> {
  const { path, text, checksum: before, by, reason } = edit;
  const known = before === null ? null : await parts.workflows.one(path);
  const newest = known?.newest_version_id ?? null;
  const shown = known === null || newest === null ? null : await parts.workflows.source(known.id, newest);
  const refused = refusalOf(shown?.source ?? "");
  if (refused !== null) throw new DomainError("forbidden", "edit_refused", refused);
  refusePath(path);
  await refuseErrors(edit, parts);
  const bytes = Buffer.from(text);
  const checksum = createHash("sha256").update(bytes).digest("hex");
  // Before it is written: the watcher of the folder may be the first to read it.
  parts.noteEdit(path, checksum, { by, reason });
  await parts.replaceFile({ root: parts.path, name: path, bytes, before });
  const { vanished } = await parts.reload();
  const now = await parts.workflows.one(path);
  const version = now?.version_id ?? null;
  const inForce = now === null || version === null ? null : await parts.workflows.source(now.id, version);
  return {
    versionId: version,
    checksum,
    isInForce: inForce?.checksum === checksum,
    phases: now?.phases ?? 0,
    missing: vanished?.files ?? [],
  };
}

/** As the files are found: none is hidden, and each is below the folder. */
function refusePath(path: string): void {
  const parts = path.split("/");
  const isBelow = parts.every((part) => part !== "" && !part.startsWith("."));
  if (isBelow && path.toLowerCase().endsWith(".toml") && !/[\\\u0000-\u001f\u007f]/.test(path)) return;
  throw new DomainError(
    "invalid",
    "bad_workflow_path",
    `${JSON.stringify(path)} is not the name of a workflow file: write its path below the workflow folder, as in sales/daily.toml, without hidden folders.`,
  );
}

/** A text that would not come into force is never written. */
async function refuseErrors({ path, text }: WorkflowEdit, { queries }: EditorParts): Promise<void> {
  const { accepted, issues, phases } = await queries.validate(path, text, 0);
  const first = issues.find(({ severity }) => severity === "error");
  if (!accepted)
    throw new DomainError(
      "invalid",
      "workflow_has_errors",
      `${path}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.message ?? "the text is not a workflow."} Nothing was saved. ${first?.remedy ?? ""}`.trim(),
    );
  if (phases.length > 0) return;
  throw new DomainError(
    "invalid",
    "workflow_empty",
    "The text has no phase. Nothing was saved. To end a workflow, remove its file.",
  );
}
