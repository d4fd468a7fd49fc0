/** `POST /backload` of the older program: its request and its words, over the slots of a backfill. */
import { parseInstant } from "../../contract/time/instant.ts";
import { isObject } from "../../contract/json-pairs.ts";
import { taskName } from "../task/task-name.ts";
import { expandRows, unequalRows, type Row } from "../task/batch-rows.ts";
import type { Values } from "../task/values.ts";
import { instantOnWall } from "../time/wall-ms.ts";
import { zoneOf } from "../time/zone.ts";
import { wallOf } from "../../contract/time/wall-ms.ts";
import type { Phase, WorkflowGraph } from "../workflow/phase.ts";
import type { BackfillSpec } from "./slots.ts";

export interface BackloadRequest {
  readonly task: string;
  readonly job: string;
  readonly workflow: string;
  readonly template: string;
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly by: string;
  readonly meta: Values;
  readonly metaFile: string;
  readonly execute: boolean;
}

/** A request that makes no task; the message is the answer. */
export class BackloadError extends Error {
  readonly code = "backload";
}

type TextKey = Exclude<keyof BackloadRequest, "meta" | "execute">;

const TEXT_KEYS: ReadonlyMap<string, TextKey> = new Map([
  ["task", "task"],
  ["job", "job"],
  ["workflow", "workflow"],
  ["template", "template"],
  ["from", "from"],
  ["to", "to"],
  ["at", "at"],
  ["by", "by"],
  ["meta-file", "metaFile"],
]);

/** Reads a body: keys in any case, of two the last one counts, others are ignored. Throws BackloadError. */
export function parseBackload(body: string): BackloadRequest {
  const json = parseJson(body);
  if (!isObject(json)) throw new BackloadError(`json: cannot unmarshal ${kindOf(json)} into a request: send an object`);
  const texts: Record<TextKey, string> = {
    task: "",
    job: "",
    workflow: "",
    template: "",
    from: "",
    to: "",
    at: "",
    by: "",
    metaFile: "",
  };
  let meta: Values = new Map();
  let execute = false;
  for (const [key, value] of Object.entries(json)) {
    if (value === null) continue;
    const name = key.toLowerCase();
    const text = TEXT_KEYS.get(name);
    if (text !== undefined) texts[text] = typeof value === "string" ? value : wrongType(key, value, "string");
    else if (name === "execute") execute = typeof value === "boolean" ? value : wrongType(key, value, "bool");
    else if (name === "meta") meta = metaOf(key, value);
  }
  return { ...texts, meta, execute };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new BackloadError(`invalid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}

function wrongType(key: string, value: unknown, type: string): never {
  throw new BackloadError(`json: cannot unmarshal ${kindOf(value)} into the field ${key} of type ${type}`);
}

function metaOf(key: string, value: unknown): Values {
  if (!isObject(value)) return wrongType(key, value, "map of texts or lists of texts");
  const columns = new Map<string, string[]>();
  for (const [name, given] of Object.entries(value)) {
    const list: unknown[] = Array.isArray(given) ? given : [given];
    columns.set(
      name,
      list.map((one) => (typeof one === "string" ? one : wrongType(`${key}.${name}`, one, "text"))),
    );
  }
  return columns;
}

export interface BackloadPlan {
  readonly spec: BackfillSpec;
  readonly phase: Phase | null;
  /** What was assumed, as the older program said it. */
  readonly notes: readonly string[];
  /** A meta file without rows at one time makes nothing. */
  readonly isEmpty: boolean;
}

export interface BackloadContext {
  readonly graph: WorkflowGraph;
  readonly now: number;
  /** The process's IANA zone. */
  readonly zone: string;
  readonly metaRows: (path: string) => readonly Row[] | Error;
}

/** The file that the rows of a request come from; empty: none. It is read before `planBackload`. */
export function backloadFile(request: BackloadRequest, graph: WorkflowGraph): string {
  if (request.metaFile !== "" || request.meta.size > 0) return request.metaFile;
  return graph.phaseOf(request.task, request.job, "")?.rule.metaFile ?? "";
}

/** What a request makes. Throws BackloadError. */
export function planBackload(request: BackloadRequest, context: BackloadContext): BackloadPlan {
  const { task, job } = request;
  const phase = context.graph.phaseOf(task, job, "");
  const { from, to, zone, note } = spanOf(request, phase, context);
  const notes = note === "" ? [] : [note];
  if (phase !== null) notes.push(`phase found in ${phase.workflow}`);
  const template = phase?.template ?? request.template;
  if (template === "") throw new BackloadError(`no template found for ${taskName({ type: task, job })}`);
  const given = request.metaFile !== "" || request.meta.size > 0 ? request : null;
  const columns = given === null ? (phase?.rule.meta ?? null) : request.meta.size > 0 ? request.meta : null;
  const file = given === null ? (phase?.rule.metaFile ?? "") : request.metaFile;
  if (columns !== null && file !== "")
    throw new BackloadError("Unsupported: meta and meta-file both used, use one only");
  if (given === null && phase !== null && columns === null && (phase.rule.pairs.get("meta")?.[0] ?? "") !== "")
    throw new BackloadError(`invalid rule found for ${task}`);
  if (columns !== null && unequalRows(columns) !== null) {
    const [one = 0, other = 0] = new Set([...columns.values()].map(({ length }) => length));
    throw new BackloadError(`inconsistent lengths in meta ${one} != ${other}`);
  }
  const fileRows = file === "" ? null : context.metaRows(file);
  if (fileRows instanceof Error) throw new BackloadError(fileRows.message);
  if (request.by === "") notes.push("using default day iterator");
  const rows = expandRows(columns, fileRows).map((row) => Object.fromEntries(row));
  return {
    phase,
    notes,
    isEmpty: fileRows !== null && rows.length === 0 && from === to,
    spec: {
      type: task,
      job,
      workflow: phase?.workflow ?? request.workflow,
      template,
      first: Math.min(from, to),
      last: Math.max(from, to),
      by: request.by,
      bySchedule: false,
      zone,
      order: to < from ? "newest" : "oldest",
      rows: rows.length === 0 ? null : rows,
      processZone: context.zone,
    },
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly note: string;
}

function spanOf(request: BackloadRequest, phase: Phase | null, { now, zone }: BackloadContext): Span {
  const own = phase?.rule.timezone ?? "UTC";
  const [at, from, to] = [request.at, request.from, request.to].map((text) => timeOf(text, own));
  if (at) return { from: at.ms, to: at.ms, zone: at.zone, note: "" };
  if (from && to) return { from: from.ms, to: to.ms, zone: to.ms < from.ms ? to.zone : from.zone, note: "" };
  if (from) return { from: from.ms, to: from.ms, zone: from.zone, note: "to value not set" };
  if (to) return { from: to.ms, to: to.ms, zone: to.zone, note: "from value not set" };
  const isGiven = [request.at, request.from, request.to].some((text) => text !== "");
  const note = isGiven ? "invalid time format (to|from|at), using today" : "no time provided using today";
  return { from: now, to: now, zone: phase?.rule.timezone ?? zone, note };
}

const HOUR_OR_DAY = /^(\d{4}-\d{2}-\d{2})(?:T(\d{1,2}))?$/;

/** RFC 3339 (its offset is the zone of the steps), an hour or a day; null for anything else. */
function timeOf(text: string, zone: string): { readonly ms: number; readonly zone: string } | null {
  const instant = parseInstant(text);
  if (instant !== null) return { ms: instant, zone: /[+-]\d\d:\d\d$/.exec(text)?.[0] ?? "UTC" };
  const match = HOUR_OR_DAY.exec(text);
  if (match === null) return null;
  const wall = parseInstant(`${match[1]}T${match[2] ?? "00"}:00:00Z`);
  return wall === null ? null : { ms: instantOnWall(wallOf(wall), zoneOf(zone)), zone };
}
