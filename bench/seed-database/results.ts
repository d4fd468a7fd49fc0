import { taskName } from "../../src/core/task/task-name.ts";
import { SECOND } from "../../src/contract/time/time-units.ts";
import type { AlertBook } from "./alert-book.ts";
import type { Chance } from "./chance.ts";
import { hourText, sentMeta, type MadeTask } from "./made-task.ts";
import type { Plan } from "./plans.ts";
import type { Relation, TaskTables } from "./records.ts";
import type { Cause, Sent, Workers } from "./workers.ts";

export interface TaskEvent {
  readonly at: number;
  readonly kind: "result" | "deadline";
  readonly task: MadeTask;
}

interface Arrival {
  readonly task: MadeTask;
  readonly index: number;
}

const JITTER = 0.4;

/** What follows when a worker reports, or fails to: the rows that the engine leaves then. */
export class Results {
  readonly #tables: TaskTables;
  readonly #workers: Workers;
  readonly #alerts: AlertBook;
  readonly #events: { push(event: TaskEvent): void };
  readonly #chance: Chance;
  readonly #joins = new Map<string, Arrival[]>();

  constructor(
    tables: TaskTables,
    workers: Workers,
    alerts: AlertBook,
    events: { push(event: TaskEvent): void },
    chance: Chance,
  ) {
    this.#tables = tables;
    this.#workers = workers;
    this.#alerts = alerts;
    this.#events = events;
    this.#chance = chance;
  }

  follow({ task, next }: Sent): void {
    if (next !== null) this.#events.push({ ...next, task });
  }

  handle({ at, kind, task }: TaskEvent): void {
    if (kind === "deadline") return this.#overdue(task, at);
    switch (task.result) {
      case "complete":
        this.#completed(task, at);
        break;
      case "error":
        this.#failed(task, at);
        break;
      case "alert":
        this.#alerts.raise(at, "alert_result", task, task.msg);
        this.#decide(at, task, "result_recorded", `{"result":"alert","because":"alert"}`);
        break;
      case "warn":
        this.#decide(at, task, "result_recorded", `{"result":"warn","because":"warn"}`);
        break;
      default:
        this.#unknown(task, at);
    }
    if (this.#chance.happens(0.0005)) {
      this.#decide(at + 40, task, "duplicate_ignored", `{"result":"${task.result}","recorded":"${task.result}"}`);
    }
  }

  /** Joins that have not all of their parents yet. */
  end(): void {
    for (const [key, arrivals] of this.#joins) this.#writeArrivals(key, arrivals, null);
    this.#joins.clear();
  }

  #decide(at: number, task: MadeTask, code: string, data: string, about: Plan = task.plan): void {
    this.#tables.decide(at, { recordId: task.id, fileMessageId: null }, about.id, task.taskTime, code, data);
  }

  #completed(task: MadeTask, at: number): void {
    this.#alerts.completed(task, at);
    let started = 0;
    for (const child of task.plan.children) {
      const missing = child.phase?.rule.require.filter((key) => !task.meta.includes(`&${key}=`)) ?? [];
      if (missing.length > 0) {
        const has = keysOf(task.meta);
        const data = `"missing":["${missing.join('","')}"],"has":["${has.join('","')}"],${versionOf(child)}`;
        this.#decide(at, task, "require_missing", `{"parent":"${task.plan.task}",${data}}`, child);
      } else if (child.phase?.rule.join === "all") {
        started += this.#joined(task, child, at);
      } else {
        this.#child(task, child, "triggered", at, "");
        started += 1;
      }
    }
    if (started > 0) return;
    const because = task.plan.children.length > 0 ? "none_started" : "no_child";
    this.#decide(at, task, "result_recorded", `{"result":"complete","because":"${because}"}`);
  }

  #child(parent: MadeTask, plan: Plan, relation: "triggered" | "join", at: number, join: string): number {
    const { run, taskTime } = parent;
    for (const key of plan.phase?.rule.require ?? []) run.values.set(key, metaValue(parent.meta, key));
    const meta = sentMeta(plan, taskTime === null ? "" : hourText(taskTime), "");
    const cause: Cause = {
      origin: "child",
      at,
      dueAt: at,
      attempt: 0,
      firstId: null,
      parentId: parent.id,
      taskTime,
      scheduledAt: null,
      position: 0,
    };
    const sent = this.#workers.make(plan, run, meta, cause, null);
    this.#link(parent, relation, plan, 0, sent.task.id);
    const required = (plan.phase?.rule.require ?? []).map((key) => `"${key}":"${metaValue(parent.meta, key)}"`);
    const because = (required.length > 0 ? `,"require":{${required.join(",")}}` : "") + join;
    const data = `{"parent":"${parent.plan.task}","parent_record":${parent.id}${because}}`;
    this.#decide(at, sent.task, "child_started", data);
    this.follow(sent);
    return sent.task.id;
  }

  #link(parent: MadeTask, kind: Relation, plan: Plan, position: number, childId: number): void {
    this.#tables.link(parent.firstId, kind, plan.id, position, parent.id, childId);
  }

  /** Answers how many tasks were started: one when this was the last parent that was waited for. */
  #joined(task: MadeTask, child: Plan, at: number): number {
    const parents = child.phase?.dependsOn ?? [];
    const key = `${child.id}|time:${task.taskTime}`;
    const arrivals = this.#joins.get(key) ?? [];
    const index = parents.findIndex((one) => one.type === task.plan.type && one.job === task.plan.job);
    arrivals.push({ task, index });
    this.#joins.set(key, arrivals);
    const waiting = parents.filter((_, index) => !arrivals.some((one) => one.index === index));
    const inOrder = arrivals.toSorted((a, b) => a.index - b.index);
    const arrived = `{${inOrder.map((one) => `"${one.task.plan.task}":${one.task.id}`).join(",")}}`;
    if (waiting.length > 0) {
      const names = waiting.map((one) => `"${one.type}:${one.job}"`).join(",");
      const data = `{"parent":"${task.plan.task}","waiting_for":[${names}],"arrived":${arrived},${versionOf(child)}}`;
      this.#decide(at, task, "join_waiting", data, child);
      return 0;
    }
    const childId = this.#child(task, child, "join", at, `,"join":${arrived}`);
    for (const other of arrivals) if (other.task !== task) this.#link(other.task, "join", child, 0, childId);
    this.#writeArrivals(key, arrivals, childId);
    this.#joins.delete(key);
    return 1;
  }

  #writeArrivals(key: string, arrivals: readonly Arrival[], childId: number | null): void {
    const [phaseId = "", joinKey = ""] = key.split("|");
    // One row names the child.
    arrivals
      .toSorted((a, b) => a.index - b.index)
      .forEach(({ task }, place) => {
        const { type, job } = task.plan;
        this.#tables.arrive(Number(phaseId), joinKey, taskName({ type, job }), task, place === 0 ? childId : null);
      });
  }

  #failed(task: MadeTask, at: number): void {
    const { plan } = task;
    const error = JSON.stringify(task.msg);
    if (task.attempt < plan.retry) return this.#retry(task, at, error);
    this.#decide(at, task, "retries_exhausted", `{"retries":${plan.retry},"error":${error},"failed_topic":null}`);
    if (plan.phase?.rule.noAlert === true) {
      this.#decide(at, task, "alert_suppressed", `{"by":"no_alert","type":"retry_exhausted"}`);
    } else this.#alerts.raise(at, "retry_exhausted", task, task.msg);
  }

  #retry(task: MadeTask, at: number, error: string): void {
    const { plan } = task;
    const attempt = task.attempt + 1;
    const configured = plan.phase?.rule.retryDelay ?? null;
    const grown = (configured ?? SECOND) * (plan.phase?.rule.retryBackoff === "exponential" ? 2 ** task.attempt : 1);
    const delay = Math.ceil(configured === null ? grown : grown * (1 + JITTER * this.#chance.next()));
    const dueAt = at + delay;
    const plain = task.meta.replace(/&(?:retry|delayed)=[^&]*/g, "");
    const meta = `${plain}&retry=${attempt}${configured === null ? "" : `&delayed=${delay / SECOND}s`}`;
    const cause: Cause = {
      origin: "retry",
      at,
      dueAt,
      attempt,
      firstId: task.firstId,
      parentId: task.id,
      taskTime: task.taskTime,
      scheduledAt: null,
      position: 0,
    };
    const sent = this.#workers.make(plan, task.run, meta, cause, task);
    this.#link(task, "retry", plan, attempt, sent.task.id);
    const data = `{"attempt":${attempt},"of":${plan.retry},"delay_ms":${delay},"due_at":${dueAt},"error":${error}}`;
    this.#decide(at, sent.task, "retry_scheduled", data);
    this.follow(sent);
  }

  #overdue(task: MadeTask, at: number): void {
    this.#decide(at, task, "incomplete", `{"deadline":${at}}`);
    this.#alerts.raise(at, "incomplete", task, "INCOMPLETE: unfinished task detected");
  }

  #unknown(task: MadeTask, at: number): void {
    const { plan, run, info, meta, result, msg } = task;
    this.#decide(at, task, "result_unknown", `{"result":"${result}"}`);
    const payload = JSON.stringify({ type: plan.type, job: plan.job, info, id: run.id, meta, result, msg });
    const reason = `unknown result "${result}": a worker reports complete, error, warn or alert`;
    this.#tables.deadLetter(at, "done", payload, "unknown_result", reason, null);
  }
}

function keysOf(meta: string): readonly string[] {
  return meta.split("&").map((pair) => pair.slice(0, pair.indexOf("=")));
}

function versionOf({ phase }: Plan): string {
  return `"version":${phase?.versionId ?? 0}`;
}

function metaValue(meta: string, key: string): string {
  const from = meta.indexOf(`&${key}=`);
  if (from < 0) return "";
  const start = from + key.length + 2;
  const end = meta.indexOf("&", start);
  return end < 0 ? meta.slice(start) : meta.slice(start, end);
}
