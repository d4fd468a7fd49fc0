import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { parseInstant } from "../../../src/contract/time/instant.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { handleFiles } from "../../../src/engine/handle-file.ts";
import { covers, type VectorCase } from "../../../scripts/vector-runner.ts";
import { rawRequest, type RawAnswer } from "../../http/legacy/raw-request.ts";
import { openSlackHook } from "../../http/legacy/slack-hook.ts";
import { openServedLegacy, TOKEN } from "../../http/legacy/served-legacy.ts";

interface HttpState {
  readonly workflows?: Readonly<Record<string, string>>;
  /** Configure this one file instead of the folder. */
  readonly workflow_file?: string;
  readonly workflow_setting?: string;
  readonly done_messages?: readonly unknown[];
  readonly alerts?: readonly { readonly type: string; readonly msg: string }[];
  readonly file_events?: readonly unknown[];
  readonly files_beside_the_folder?: Readonly<Record<string, string>>;
  /** An empty text: removed. */
  readonly written_after_start?: Readonly<Record<string, string>>;
  readonly retention?: string;
  readonly slack?: Readonly<Record<string, string | number>>;
}

interface HttpCase {
  readonly state: HttpState;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
}

/** The answers were recorded in the first hour of the day. */
const NOW = Date.UTC(2026, 10, 24, 0, 30);
const DAY = 86_400_000;

/** A case on an engine with a real database, behind a real server: a path arrives as it was sent. */
export async function answer(input: unknown): Promise<unknown> {
  const { state, request } = withDays(input) as HttpCase;
  const hook = state.slack === undefined ? null : await openSlackHook(Number(state.slack["hook answers"] ?? 200));
  const served = await openServedLegacy({
    workflows: state.workflows ?? {},
    now: NOW,
    ...(state.workflow_file === undefined ? {} : { workflowFile: state.workflow_file }),
    slack: hook === null ? null : { ...state.slack, url: hook.url },
    retention: state.retention ?? "",
    ...(state.workflow_setting === undefined ? {} : { workflowPath: (path) => relative(process.cwd(), path) }),
  });
  const { rig } = served;
  try {
    await feed(state, rig);
    const got = described(await rawRequest(served.port, request));
    // The page of the dashboard asks the API for the same query.
    const list = got.location.replace(/^\/tasks\?q=/, "/api/tasks?query=");
    const shown = list.startsWith("/api/tasks?") ? await follow(list, served.port) : null;
    const received = hook?.received ?? [];
    return { ...got, ...(hook === null ? {} : { hook_received: received }), ...(shown === null ? {} : { shown }) };
  } finally {
    await served.close();
    hook?.close();
  }
}

type ServedRig = Awaited<ReturnType<typeof openServedLegacy>>["rig"];

async function feed(state: HttpState, rig: ServedRig): Promise<void> {
  for (const message of state.done_messages ?? []) {
    await handleDone([{ topic: "done", payload: JSON.stringify(message) }], rig.context);
  }
  for (const event of state.file_events ?? []) {
    await handleFiles([{ topic: "files", payload: JSON.stringify(event), id: null }], rig.context);
  }
  for (const [name, text] of Object.entries(state.files_beside_the_folder ?? {})) {
    await mkdir(dirname(join(rig.dir, name)), { recursive: true });
    await writeFile(join(rig.dir, name), text);
  }
  for (const [name, text] of Object.entries(state.written_after_start ?? {})) {
    if (text === "") await rm(join(rig.dir, "workflows", name));
    else await rig.write(name, text);
  }
}

interface Described {
  readonly status: number;
  readonly content_type: string;
  readonly content_encoding: string;
  readonly allow: string;
  readonly location: string;
  readonly body: string;
}

/** The list of tasks that a page leads to, as the text of its answer. */
async function follow(path: string, port: number): Promise<string> {
  const { status, text } = await rawRequest(port, { path, headers: { authorization: `Bearer ${TOKEN}` } });
  if (status !== 200) throw new Error(`${path} answers ${status}: ${text}`);
  return text;
}

function described({ status, headers, bytes }: RawAnswer): Described {
  const encoding = headers["content-encoding"] ?? "";
  const plain = encoding === "gzip" ? gunzipSync(bytes) : encoding === "deflate" ? inflateRawSync(bytes) : bytes;
  const body = plain.toString();
  return {
    status,
    content_type: headers["content-type"] ?? "",
    content_encoding: encoding,
    allow: headers.allow ?? "",
    location: headers.location ?? "",
    body,
  };
}

/** `<today>`, `<yesterday>`, `<today-3>` and the like. */
function withDays<T>(value: T): T {
  const text = JSON.stringify(value)
    .replaceAll(/<today([+-]\d+)?>/g, (_, by: string | undefined) => dayText(Number(by ?? 0)))
    .replaceAll("<yesterday>", dayText(-1))
    .replaceAll("<tomorrow>", dayText(1));
  return JSON.parse(text) as T;
}

function dayText(by: number): string {
  return new Date(NOW + by * DAY).toISOString().slice(0, 10);
}

/** Only what is expected counts of the answer, and what it names of that exactly; placeholders stand for any value of their kind. */
export function compare(got: unknown, wanted: unknown, { ours, ours_partial: partial }: VectorCase): boolean {
  const isExact = ours !== undefined || partial === undefined;
  const answered = got as Record<string, unknown>;
  return Object.entries(withDays(wanted) as object).every(([key, value]) => {
    const one = key === "json" ? (JSON.parse(String(answered["body"])) as unknown) : answered[key];
    return covers(one, value, isExact, isSame);
  });
}

const PLACEHOLDERS: ReadonlyMap<string, string> = new Map([
  ["<now>", String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`],
  ["<time>", String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)`],
  ["<local time 2006-01-02T15:04:05>", String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`],
  ["<duration>", String.raw`(?:\d+(?:\.\d+)?(?:y|d|h|m|s|ms|µs|ns))+`],
  ["<version>", String.raw`\S+?`],
]);

/** What parsers say is a hint: a refresh failed, and says why. */
const RELOAD_ERROR = /^(?:error reloading workflow|cron schedule): ./;

function isSame(got: unknown, wanted: unknown): boolean {
  if (got === wanted) return true;
  if (typeof got !== "string" || typeof wanted !== "string") return false;
  if (RELOAD_ERROR.test(wanted)) return RELOAD_ERROR.test(got);
  const instant = parseInstant(wanted);
  if (instant !== null && instant === parseInstant(got)) return true;
  const parts = wanted.split(/(<[^<>]*>)/);
  if (!parts.some((part) => PLACEHOLDERS.has(part))) return false;
  return new RegExp(
    `^${parts.map((part) => PLACEHOLDERS.get(part) ?? part.replaceAll(/[^\w]/g, String.raw`\$&`)).join("")}$`,
    "s",
  ).test(got);
}
