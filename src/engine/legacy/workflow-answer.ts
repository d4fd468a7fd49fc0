import { codeOf } from "../../contract/to-error.ts";
import type { WorkflowSource } from "../workflows/workflow-files.ts";
import type { LegacyAnswer } from "./legacy-answer.ts";

export interface WorkflowFolder {
  /** The configured path: a file or a folder. */
  readonly path: string;
  readonly source: WorkflowSource;
  /** Whether a request may name this file or folder, with links resolved. */
  readonly mayRead: (path: string) => Promise<boolean>;
}

/** By the ending of the name in the request, in lower case. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["toml", "application/toml"],
  ["json", "application/json"],
  ["yaml", "text/x-yaml"],
  ["yml", "text/x-yaml"],
]);
const TEXT = "text/plain";

/**
 * `GET /workflow/*`: a file as it is, or the names in a folder. Of one configured file that file, whatever the name. Null: there
 * is no such file, or it is hidden, or elsewhere.
 */
export async function workflowAnswer(
  name: string,
  { path, source, mayRead }: WorkflowFolder,
): Promise<LegacyAnswer | null> {
  if (name.includes("../")) return null;
  const type = TYPES.get(/\.([^./]*)$/.exec(name)?.[1] ?? "") ?? TEXT;
  const kind = await source.kindOf(path);
  if (kind === null) return null;
  if (kind === "file") return await fileAnswer(path, type, source);
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  // With it all that leads out of the folder.
  if (parts.some((part) => part.startsWith(".") || /[\0\\]/.test(part))) return null;
  const target = [path.replace(/\/+$/, ""), ...parts].join("/");
  if (parts.length > 0 && !(await mayRead(target))) return null;
  const found = parts.length === 0 ? kind : await source.kindOf(target);
  if (found === "folder") return { status: 200, contentType: TEXT, body: await listing(target, parts, source) };
  // A file is no folder: nothing is in it.
  if (found === null || name.endsWith("/")) return null;
  return await fileAnswer(target, type, source);
}

/** The older program's 404 for a file that is there and cannot be read. */
const UNREADABLE: LegacyAnswer = {
  status: 404,
  contentType: TEXT,
  body: "the file cannot be read: it is closed to this user, no regular file, or larger than 16 MiB\n",
};

async function fileAnswer(path: string, contentType: string, source: WorkflowSource): Promise<LegacyAnswer> {
  try {
    return { status: 200, contentType, body: await source.readBytes(path) };
  } catch (error) {
    if (codeOf(error) === "unreadable" || codeOf(error) === "not_found") return UNREADABLE;
    throw error;
  }
}

/** The names directly in the folder, a line each, as paths below that of the workflows. */
async function listing(folder: string, parts: readonly string[], source: WorkflowSource): Promise<string> {
  const files = await source.list(folder);
  const names = new Set(files.map((file) => file.name.split("/", 1)[0] ?? ""));
  const shown = [...names].filter((one) => !one.startsWith(".")).toSorted();
  return shown.map((one) => `/${[...parts, one].join("/")}\n`).join("");
}
