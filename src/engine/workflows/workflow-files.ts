import { createHash } from "node:crypto";
import { basename, normalize } from "node:path";
import pMap from "p-map";
import { codeOf, toError } from "../../contract/to-error.ts";
import type { Issue } from "../../core/workflow/issue.ts";
import { parseWorkflowFile, type WorkflowFile, type WorkflowFileOptions } from "../../core/workflow/workflow-file.ts";
import type { ObjectInfo } from "../../objects/objects.ts";

/** A bucket would refuse many more requests at once. */
const READS_AT_A_TIME = 32;

/** A workflow file as found: its text, or why it cannot be read. */
export interface FoundFile {
  /** Workflow name as in meta: the path below the folder, or the file's name when one file is configured. */
  readonly name: string;
  readonly path: string;
  readonly source: string;
  /** SHA-256 of the bytes, hex. */
  readonly checksum: string;
  /** Null when `source` is the text. */
  readonly error: {
    readonly code: "unreadable" | "not_text";
    readonly message: string;
    readonly remedy: string;
  } | null;
  /** Only a file named `*.toml`, or the one configured file, must be a workflow; others may be something else. */
  readonly isMeant: boolean;
}

/** The part of the objects port that this use case needs. */
export interface WorkflowSource {
  kindOf(path: string): Promise<"file" | "folder" | null>;
  list(folder: string): Promise<readonly ObjectInfo[]>;
  readBytes(path: string): Promise<Uint8Array>;
}

export class WorkflowPathError extends Error {
  readonly code = "workflow_path_missing";

  constructor(path: string) {
    super(
      path === ""
        ? "No workflow path is configured. Set `workflow` in the config, or give --workflow a file or folder."
        : `The workflow path ${path} does not exist. Create it, or set \`workflow\` to a file or folder that does.`,
    );
    this.name = "WorkflowPathError";
  }
}

/**
 * All files of the configured path, in name order; hidden files and folders below it are skipped. Throws
 * WorkflowPathError when the path is missing, ObjectError when it cannot be listed.
 */
export async function findWorkflowFiles(configured: string, source: WorkflowSource): Promise<readonly FoundFile[]> {
  const kind = configured === "" ? null : await source.kindOf(configured);
  if (kind === null) throw new WorkflowPathError(configured);
  const root = configured.includes("://") ? configured : normalize(configured);
  if (kind === "file") return [await readFound(source, basename(root), root, true)];
  const files = (await source.list(root)).filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
  const read = async ({ name, path, unreadable }: ObjectInfo): Promise<FoundFile> =>
    unreadable === null
      ? await readFound(source, name, path, name.toLowerCase().endsWith(".toml"))
      : unreadableFile({ name, path, isMeant: true }, unreadable);
  return await pMap(files, read, { concurrency: READS_AT_A_TIME });
}

/** A file of a version that was read before, as it was then. */
export function storedFile(name: string, path: string, source: string): FoundFile {
  return { name, path, source, checksum: checksumOf(Buffer.from(source)), error: null, isMeant: true };
}

/** The checksum of no content. */
function unreadableFile(file: Pick<FoundFile, "name" | "path" | "isMeant">, message: string): FoundFile {
  const error = { code: "unreadable", message, remedy: "Make the file readable." } as const;
  return { ...file, source: "", checksum: "", error };
}

function checksumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function readFound(source: WorkflowSource, name: string, path: string, isMeant: boolean): Promise<FoundFile> {
  let bytes: Uint8Array;
  try {
    bytes = await source.readBytes(path);
  } catch (error) {
    if (codeOf(error) === "interrupted") throw error;
    // One file that cannot be read must not keep the others from being loaded.
    return unreadableFile({ name, path, isMeant }, toError(error).message);
  }
  const checksum = checksumOf(bytes);
  try {
    const source = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { name, path, source, checksum, isMeant, error: null };
  } catch {
    // TextDecoder throws only for bytes that are not valid UTF-8.
    const issue = { code: "not_text", message: "The file is not valid UTF-8.", remedy: "Save it as UTF-8." } as const;
    return { name, path, source: "", checksum, isMeant, error: issue };
  }
}

/** Parses a file; for one without text, the result is its error. */
export function parseFound(file: FoundFile, options: WorkflowFileOptions): WorkflowFile {
  if (file.error === null) return parseWorkflowFile(file.name, file.source, options);
  const issue: Issue = { severity: "error", file: file.name, line: 1, column: 1, ...file.error };
  return { phases: [], issues: [issue], accepted: false, onRemoved: null, hasPhases: false };
}

/** Whether a file counts as a workflow at all: other files beside them are skipped. */
export function isWorkflow(file: FoundFile, parsed: WorkflowFile): boolean {
  return file.isMeant || parsed.hasPhases;
}
