import type { AuditEntry } from "./audit-queries.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What was done, as a sentence begins: "Changed", "the role of lea". */
export interface AuditWords {
  readonly verb: string;
  readonly what: string;
  /** "viewer → operator"; empty: nothing short can be said. */
  readonly change: string;
}

/** Of the acts that people do most; the others are named by their route. */
const WORDS: Readonly<Record<string, readonly [verb: string, what: string]>> = {
  "POST /api/login": ["Logged in", ""],
  "GET /api/login/oidc/callback": ["Logged in", "at the provider"],
  "POST /api/setup": ["Made", "the first admin"],
  "POST /api/logout": ["Logged out", ""],
  "POST /api/users": ["Added", "person {name}"],
  "PUT /api/users/{name}": ["Changed", "person {0}"],
  "DELETE /api/sessions/{id}": ["Ended", "a session of {user}"],
  "POST /api/keys": ["Made", "key {name}"],
  "PUT /api/keys/{id}": ["Renewed", "key {name}"],
  "DELETE /api/keys/{id}": ["Revoked", "key {name}"],
  "POST /api/views": ["Saved", "search {name}"],
  "PUT /api/views/{id}": ["Changed", "search {name}"],
  "DELETE /api/views/{id}": ["Removed", "search {name}"],
  "POST /api/tasks": ["Ran", "{type}"],
  "POST /api/tasks/actions": ["Acted on", "tasks: {action}"],
  "POST /api/jobs": ["Began", "a job: {action}"],
  "POST /api/tasks/{id}/reveal": ["Looked at", "the secrets of task {0}"],
  "POST /api/alerts/actions": ["Acted on", "alerts: {action}"],
  "POST /api/silences": ["Silenced", "alerts"],
  "POST /api/silences/{id}/end": ["Ended", "silence {0}"],
  "POST /api/channels/{name}/test": ["Tested", "channel {0}"],
  "POST /api/backfills": ["Began", "a backfill of {type}"],
  "POST /api/backfills/{id}/pause": ["Paused", "backfill {0}"],
  "POST /api/backfills/{id}/resume": ["Resumed", "backfill {0}"],
  "POST /api/backfills/{id}/cancel": ["Cancelled", "backfill {0}"],
  "POST /api/backfills/{id}/retry-failed": ["Retried", "what failed of backfill {0}"],
  "POST /api/backup": ["Began", "a backup"],
  "POST /api/pause": ["Paused", "everything"],
  "POST /api/resume": ["Resumed", "everything"],
  "POST /api/workflows/phases/{key}/pause": ["Paused", "phase {0}"],
  "POST /api/workflows/phases/{key}/resume": ["Resumed", "phase {0}"],
  "POST /api/workflows/phases/{key}/trigger": ["Ran", "phase {0}"],
  "POST /api/workers/drain": ["Drained", "workers"],
  "POST /api/workflows/refresh": ["Read", "the workflow files again"],
  "POST /api/workflows/accept": ["Accepted", "that workflow files are gone"],
  "POST /api/files": ["Reported", "a file"],
  "POST /api/files/redrive": ["Redrove", "files"],
  "POST /api/dead-letters/redrive": ["Redrove", "dead letters"],
  "POST /api/notes": ["Added", "a note"],
  "POST /api/notes/remove": ["Removed", "a note"],
  "PUT /api/retention": ["Set", "the retention of {table}"],
  "DELETE /api/cleanup": ["Began", "a cleanup"],
  "POST /api/restore/accept": ["Accepted", "what a restore held back"],
  "access.addUser": ["Added", "person {name}"],
  "access.changeUser": ["Changed", "person {first}"],
  "access.addKey": ["Made", "key {name}"],
  "access.revokeKey": ["Revoked", "a key"],
  "restore.local": ["Restored", "the database"],
  "POST /api/restore/drop": ["Dropped", "what a restore held back"],
};

export function auditWords(entry: AuditEntry): AuditWords {
  const words = WORDS[entry.act];
  const [before, after] = [fieldsOf(entry.before), fieldsOf(entry.after)];
  const change = changeText(before, after);
  if (words === undefined) return { verb: entry.act, what: entry.target === "" ? "" : entry.target, change };
  const [verb, pattern] = words;
  const named = namesOf(entry);
  const what = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === "0" ? (named[0] ?? "") : textOf(after[name] ?? before[name]),
  );
  return { verb, what: what.trim(), change };
}

/** The parts of the path that stand for something: of `/api/users/lea`, `lea`. */
function namesOf({ act, target }: AuditEntry): readonly string[] {
  const form = act.replace(/^\w+ /, "").split("/");
  const parts = (target.split("?")[0] ?? "").split("/");
  return form.flatMap((part, at) => (part.startsWith("{") ? [decoded(parts[at] ?? "")] : []));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of a command with several arguments the first names what it is about. */
function fieldsOf(value: unknown): Fields {
  if (Array.isArray(value)) return { ...fieldsOf(value[1]), first: value[0] as unknown };
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** The fields that were there before and differ, if they are few and short. */
function changeText(before: Fields, after: Fields): string {
  const changed = Object.keys(after).filter(
    (name) => name in before && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const texts = changed.map((name) => {
    const [was, is] = [textOf(before[name]) || "–", textOf(after[name]) || "–"];
    return name === "role" || name === "state" ? `${was} → ${is}` : `${name}: ${was} → ${is}`;
  });
  return texts.slice(0, 2).join(", ").slice(0, 80);
}
