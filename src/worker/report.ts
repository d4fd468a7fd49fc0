import { cutText } from "../contract/cut-text.ts";
import { isMeta, isResult } from "./done-message.ts";
import type { Outcome } from "./task.ts";

const MAX_QUOTED = 100;

/** The report of a command or service about its task, or why it is invalid, with what could be read of it. */
export type Report =
  | { readonly outcome: Outcome }
  | { readonly error: string; readonly result?: Outcome["result"]; readonly msg?: string | undefined };

/**
 * Reads `{"result": …, "msg": …, "meta": …}`, each optional; `meta` is a query string or an object of strings, numbers
 * and booleans. Other keys are ignored, and so is a byte order mark. Null when the text is empty.
 */
export function readReport(written: string): Report | null {
  const text = written.replace(/^\uFEFF/gm, "");
  const line = text.split("\n").findLast((each) => each.trim() !== "");
  if (line === undefined) return null;
  const parsedReport = parsed(text) ?? parsed(line);
  if (typeof parsedReport !== "object" || parsedReport === null || Array.isArray(parsedReport))
    return { error: "not a JSON object" };
  const { result, msg, meta } = parsedReport as { result?: unknown; msg?: unknown; meta?: unknown };
  const known = { result: isResult(result) ? result : undefined, msg: typeof msg === "string" ? msg : undefined };
  if (!absent(result) && !isResult(result))
    return { ...known, error: `unknown result ${cutText(JSON.stringify(result), MAX_QUOTED)}` };
  if (!absent(msg) && typeof msg !== "string") return { ...known, error: "msg is not a string" };
  const texts = absent(meta) ? undefined : withTexts(meta);
  if (texts !== undefined && !isMeta(texts))
    return { ...known, error: "meta is neither a query nor an object of values" };
  return { outcome: { result: result ?? undefined, msg: msg ?? undefined, meta: texts } };
}

/** The result of a task with an invalid report: it never counts as complete, and an alert stays one. */
export function resultOfInvalid(
  reported: Outcome["result"],
  own: NonNullable<Outcome["result"]>,
): NonNullable<Outcome["result"]> {
  return reported === "alert" || own === "alert" ? "alert" : "error";
}

/** A report's result, except that `complete` does not hide a failure: a command that reports it and crashes has failed. */
export function resultOf(reported: Outcome["result"], own: NonNullable<Outcome["result"]>): Outcome["result"] {
  if (reported === undefined) return own;
  return reported === "complete" && own !== "complete" ? own : reported;
}

function absent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function withTexts(meta: unknown): unknown {
  if (typeof meta !== "object" || meta === null || Array.isArray(meta)) return meta;
  return Object.fromEntries(
    Object.entries(meta).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === "number" || typeof value === "boolean" ? String(value) : value,
    ]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller reports it.
    return undefined;
  }
}
