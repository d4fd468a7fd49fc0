import { isInScope, type Scope } from "../../contract/api/access/scope.ts";
import type { EventFilter, EventName } from "../../contract/api/instance/events-api.ts";
import type { ChangedRows, ChangeKind } from "../../contract/live/changes.ts";

/** What a listener learns of one kind of rows. */
export interface KindChanges {
  readonly rows: readonly object[];
  /** Too many changed to be named: read again what you show. */
  readonly more: boolean;
}

/** What happened between two sendings. */
export interface Happened {
  readonly number: number;
  /** Something was missed: read everything again that you show. */
  readonly reset: boolean;
  readonly kinds: ReadonlyMap<ChangeKind, KindChanges>;
  /** Null: as before. */
  readonly health: object | null;
}

/** Rows that say which type, job and workflow they are of. */
const FILTERED: ReadonlySet<ChangeKind> = new Set(["tasks", "alerts", "backfills"]);
/** Of these a part of the instance has its own rows. */
const SCOPED: ReadonlySet<EventName> = new Set(["tasks", "alerts", "backfills", "workflows"]);

/** What a listener asked for, and what it may see (null: everything). */
export interface ListenerFilter extends EventFilter {
  readonly scope: Scope | null;
}

/** The text for listeners with this filter; empty: nothing of it concerns them. */
export function framesOf(happened: Happened, id: string, filter: ListenerFilter): string {
  if (happened.reset) return frame("reset", id, {});
  let text = "";
  for (const [kind, { rows, more }] of happened.kinds) {
    if (!wants(filter, kind)) continue;
    const own = rows.filter((row) => concerns(filter, kind, row));
    if (own.length > 0 || more) text += frame(kind, id, { [kind]: own, more });
  }
  if (happened.health !== null && wants(filter, "health")) text += frame("health", id, happened.health);
  return text;
}

export function frame(event: EventName | "ready" | "reset", id: string, data: object): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A comment that keeps the connection open, and a place to go on from that is not too old. */
export function heartbeat(id: string): string {
  return `:\nid: ${id}\n\n`;
}

/** What is about the whole instance, or names no type and workflow, is not for who may see only a part of it. */
export function wants({ events, scope }: ListenerFilter, name: EventName): boolean {
  return (events === undefined || events.includes(name)) && (scope === null || SCOPED.has(name));
}

function concerns({ type, job, workflow, scope }: ListenerFilter, kind: ChangeKind, row: object): boolean {
  if (kind === "workflows") {
    const { name } = row as ChangedRows["workflows"][number];
    return (workflow === undefined || name === workflow) && isInScope(scope, { workflow: name });
  }
  if (!FILTERED.has(kind)) return scope === null;
  const of = row as ChangedRows["tasks"][number];
  if (!isInScope(scope, of)) return false;
  const isOf = (asked: string | undefined, own: string): boolean => asked === undefined || asked === own;
  return isOf(type, of.type) && isOf(job, of.job) && isOf(workflow, of.workflow);
}
