import { HOUR } from "../../src/contract/time/time-units.ts";
import type { Chance } from "./chance.ts";
import type { FileEvents } from "./file-events.ts";
import { hourText, sentMeta } from "./made-task.ts";
import type { Plan, Plans, RootPlan } from "./plans.ts";
import type { TaskTables } from "./records.ts";
import type { Results } from "./results.ts";
import type { Cause, Workers } from "./workers.ts";

/** What begins at a moment. */
export interface RootEvent {
  readonly at: number;
  readonly kind: "tick" | "file" | "stray" | "external" | "dead letter";
  readonly root: RootPlan | null;
  readonly position: number;
  readonly scheduledAt: number;
}

/** Of all tasks: those of reports that need all their parents, at most. */
const JOINED_SHARE = 0.1;
const FILE_SHARE = 0.2;
const EXTERNAL_SHARE = 0.005;
const DEAD_LETTER_SHARE = 0.0005;

/** The roots of runs: how many of each kind in an hour, and the rows of each. */
export class RootTasks {
  readonly #plans: Plans;
  readonly #tables: TaskTables;
  readonly #workers: Workers;
  readonly #results: Results;
  readonly #files: FileEvents;
  readonly #chance: Chance;
  readonly #perHour: number;
  readonly #joinedRate: number;
  readonly #fileRoots: readonly RootPlan[];
  readonly #batchRoots: readonly RootPlan[];
  readonly #joinedRoots: readonly RootPlan[];

  constructor(
    plans: Plans,
    sinks: { tables: TaskTables; workers: Workers; results: Results; files: FileEvents },
    chance: Chance,
    tasksPerHour: number,
  ) {
    this.#plans = plans;
    this.#tables = sinks.tables;
    this.#workers = sinks.workers;
    this.#results = sinks.results;
    this.#files = sinks.files;
    this.#chance = chance;
    const ofKind = (kind: string): readonly RootPlan[] => plans.roots.filter((root) => root.pipeline.kind === kind);
    this.#fileRoots = ofKind("files");
    this.#batchRoots = ofKind("batch");
    this.#joinedRoots = ofKind("joined");
    const joinedSize = this.#joinedRoots.reduce((sum, { plan }) => sum + sizeOf(plan), 0);
    this.#joinedRate = Math.min(1, (tasksPerHour * JOINED_SHARE) / joinedSize);
    this.#perHour = tasksPerHour * (1 - EXTERNAL_SHARE) - this.#joinedRate * joinedSize;
  }

  eventsOf(hour: number): readonly RootEvent[] {
    const events: RootEvent[] = [];
    const chance = this.#chance;
    const load = loadOf(hour);
    const hourOfDay = Math.floor(hour / HOUR) % 24;
    const batchWeight = sum(this.#batchRoots.map(({ pipeline, plan }) => pipeline.weight * sizeOf(plan)));
    for (const root of this.#batchRoots) {
      if (hourOfDay % root.everyHours !== root.everyHours - 1) continue;
      const tasks = this.#perHour * (1 - FILE_SHARE) * load * root.everyHours;
      const rootsAtTick = (tasks * root.pipeline.weight) / batchWeight / root.ticks.length;
      for (const tick of root.ticks)
        this.#tick(events, root, hour + tick, chance.around(rootsAtTick * (0.8 + 0.4 * chance.next())));
    }
    for (const root of this.#joinedRoots) {
      if (chance.happens(this.#joinedRate)) this.#tick(events, root, hour + (root.ticks[0] ?? 0), 1);
    }
    const fileWeight = sum(this.#fileRoots.map(({ pipeline, plan }) => pipeline.weight * sizeOf(plan)));
    for (const root of this.#fileRoots) {
      const count = chance.around((this.#perHour * FILE_SHARE * load * root.pipeline.weight) / fileWeight);
      for (let n = 0; n < count; n += 1) events.push(this.#someTime("file", root, hour));
      for (let n = chance.around(count * 0.04); n > 0; n -= 1) events.push(this.#someTime("stray", root, hour));
    }
    for (let n = chance.around(this.#perHour * EXTERNAL_SHARE); n > 0; n -= 1) {
      events.push(this.#someTime("external", null, hour));
    }
    for (let n = chance.around(this.#perHour * DEAD_LETTER_SHARE); n > 0; n -= 1)
      events.push(this.#someTime("dead letter", null, hour));
    return events;
  }

  handle(event: RootEvent): void {
    const { at, root } = event;
    if (event.kind === "external") this.#external(at);
    else if (event.kind === "dead letter") this.#deadLetter(at);
    else if (root === null) return;
    else if (event.kind === "file") this.#files.arrive(root.plan, at);
    else if (event.kind === "stray")
      this.#files.stray(
        this.#fileRoots.map(({ plan }) => plan),
        at,
      );
    else this.#fire(root, event);
  }

  #tick(events: RootEvent[], root: RootPlan, scheduledAt: number, count: number): void {
    const { plan } = root;
    const chance = this.#chance;
    const at = scheduledAt + 1 + chance.below(30);
    if (count > 0 && chance.happens(0.002)) {
      const isSkip = plan.phase?.rule.overlap === "skip";
      const rule = `"cron":"${plan.phase?.rule.cronText}","version":${plan.phase?.versionId}`;
      const skipped = `{"active":1,"cap":1,"oldest":null,${rule},"scheduled_at":${scheduledAt}}`;
      const missed = `{"count":1,"first":${scheduledAt},"last":${scheduledAt},"catchup":"none",${rule}}`;
      const about = { recordId: null, fileMessageId: null };
      const time = Math.floor((scheduledAt + root.offsetMs) / HOUR) * HOUR;
      this.#tables.decide(at, about, plan.id, time, isSkip ? "tick_skipped" : "tick_missed", isSkip ? skipped : missed);
      return;
    }
    for (let position = 0; position < count; position += 1) {
      events.push({ at: at + Math.floor(position / 64), kind: "tick", root, position, scheduledAt });
    }
  }

  #someTime(kind: RootEvent["kind"], root: RootPlan | null, hour: number): RootEvent {
    const at = hour + this.#chance.below(HOUR);
    return { at, kind, root, position: 0, scheduledAt: at };
  }

  #fire({ plan, offsetMs, pipeline }: RootPlan, { at, position, scheduledAt }: RootEvent): void {
    const taskTime = Math.floor((scheduledAt + offsetMs) / HOUR) * HOUR;
    const customer = `acme-${String(position).padStart(4, "0")}`;
    const isBatch = pipeline.kind === "batch";
    const run = { id: this.#chance.idAt(at), values: new Map(isBatch ? [["customer", customer]] : []) };
    const hour = hourText(taskTime);
    const meta = isBatch
      ? `cron=${hour}&customer=${customer}&job=${plan.job}&workflow=${plan.workflow}`
      : sentMeta(plan, hour, "");
    const cause: Cause = {
      origin: "tick",
      at,
      dueAt: at,
      attempt: 0,
      firstId: null,
      parentId: null,
      taskTime,
      scheduledAt,
      position,
    };
    const sent = this.#workers.make(plan, run, meta, cause, null);
    const data = `{"scheduled_at":${scheduledAt},"late_ms":${at - scheduledAt},"cron":"${plan.phase?.rule.cronText}"}`;
    const about = { recordId: sent.task.id, fileMessageId: null };
    this.#tables.decide(at, about, plan.id, taskTime, "tick_fired", data);
    this.#results.follow(sent);
  }

  #external(at: number): void {
    const id = this.#workers.report(this.#chance.pick(this.#plans.external), at, `?query=${this.#chance.hex()}`);
    this.#tables.decide(at, { recordId: id, fileMessageId: null }, 0, null, "external_task", `{"phase_known":false}`);
  }

  #deadLetter(at: number): void {
    const payload = `{"type":"load","info":"?table=${this.#chance.hex()}","result":`;
    const reason = "the message is not valid JSON: unexpected end of input";
    this.#tables.deadLetter(at, "done", payload, "not_json", reason, this.#chance.happens(0.5) ? at + HOUR : null);
  }
}

/** Tasks of a run that begins with this phase, retries counted, on average. */
function sizeOf(plan: Plan): number {
  const again = Math.min(0.5, plan.errorRate * 25);
  let attempts = 1;
  let share = plan.errorRate;
  for (let retry = 0; retry < plan.retry; retry += 1, share *= again) attempts += share;
  const completes = (1 - share) * 0.9955;
  const children = plan.children.map((child) => {
    const required = child.phase?.rule.require.length ?? 0;
    const joined = child.phase?.rule.join === "all" ? 0.5 : 1;
    return sizeOf(child) * (required === 0 ? 1 : child.type === "audit" ? 0.04 : 0.03) * joined;
  });
  return attempts + completes * sum(children);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** More by day than by night, less at the weekend; 1 on average over a week. */
function loadOf(hour: number): number {
  const hourOfDay = Math.floor(hour / HOUR) % 24;
  const day = new Date(hour).getUTCDay();
  const byHour = 1 - 0.6 * Math.cos(((hourOfDay - 2) / 24) * 2 * Math.PI);
  return byHour * (day === 0 || day === 6 ? 0.65 : 1.14);
}
