import { isMeta, isResult } from "./done-message.ts";
import type { Outcome } from "./task.ts";

/** The report of a command or service about its task, or why it is invalid. */
export type Report = { readonly outcome: Outcome } | { readonly error: string };

/**
 * Reads `{"result": …, "msg": …, "meta": …}`, each optional; `meta` is a query string or an object of strings, numbers
 * and booleans. Other keys are ignored. Null when the text is empty.
 */
export function readReport(text: string): Report | null {
  const line = text.split("\n").findLast((each) => each.trim() !== "");
  if (line === undefined) return null;
  const parsedReport = parsed(text) ?? parsed(line);
  if (typeof parsedReport !== "object" || parsedReport === null || Array.isArray(parsedReport))
    return { error: "not a JSON object" };
  const { result, msg, meta } = parsedReport as { result?: unknown; msg?: unknown; meta?: unknown };
  if (!absent(result) && !isResult(result)) return { error: `the unknown result ${JSON.stringify(result)}` };
  if (!absent(msg) && typeof msg !== "string") return { error: "a msg that is not a string" };
  const texts = absent(meta) ? undefined : withTexts(meta);
  if (texts !== undefined && !isMeta(texts)) return { error: "a meta that is neither a query nor an object of values" };
  return { outcome: { result: result ?? undefined, msg: msg ?? undefined, meta: texts } };
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
