import { DAY, HOUR } from "../../src/contract/time/time-units.ts";
import type { Connection } from "../../src/store/sqlite/database/connection.ts";
import { AlertBook } from "./alert-book.ts";
import { Chance } from "./chance.ts";
import { CountTables } from "./counts.ts";
import { EventQueue } from "./event-queue.ts";
import { FileEvents } from "./file-events.ts";
import { incidentsOf } from "./outcomes.ts";
import type { Plans } from "./plans.ts";
import { TaskTables } from "./records.ts";
import { Results, type TaskEvent } from "./results.ts";
import { RootTasks, type RootEvent } from "./root-tasks.ts";
import type { TableWriter } from "./table-writer.ts";
import { Workers } from "./workers.ts";

export interface Span {
  readonly tasks: number;
  readonly from: number;
  readonly until: number;
  /** No run begins after this. */
  readonly rootsUntil: number;
  readonly seed: number;
}

/** The complete history, hour by hour: root tasks, results, children. */
export class History {
  readonly writers: readonly TableWriter[];
  readonly #span: Span;
  readonly #plans: Plans;
  readonly #events = new EventQueue<RootEvent | TaskEvent>();
  readonly #tables: TaskTables;
  readonly #counts: CountTables;
  readonly #alerts: AlertBook;
  readonly #files: FileEvents;
  readonly #workers: Workers;
  readonly #results: Results;
  readonly #roots: RootTasks;
  readonly #schedules: (at: number) => void;

  constructor(db: Connection, plans: Plans, span: Span) {
    const { from, until, tasks, seed } = span;
    const chance = new Chance(seed);
    this.#span = span;
    this.#plans = plans;
    this.#tables = new TaskTables(db);
    this.#counts = new CountTables(db);
    this.#alerts = new AlertBook(db, chance);
    const jobs = plans.roots.map(({ plan }) => plan.job);
    const incidents = incidentsOf(jobs, from, until, chance);
    this.#workers = new Workers(this.#tables, chance, until, incidents);
    this.#results = new Results(this.#tables, this.#workers, this.#alerts, this.#events, chance);
    this.#files = new FileEvents(db, this.#tables, this.#workers, this.#results, chance);
    const sinks = { tables: this.#tables, workers: this.#workers, results: this.#results, files: this.#files };
    this.#roots = new RootTasks(plans, sinks, chance, tasks / ((until - from) / HOUR));
    this.writers = [...this.#tables.writers, ...this.#counts.writers, ...this.#files.writers, ...this.#alerts.writers];
    const cursor = db.prepare("INSERT INTO schedules (phase_id, kind, cursor_at, updated_at) VALUES (?, 'cron', ?, ?)");
    this.#schedules = (at) => {
      for (const { plan, ticks } of plans.roots) if (ticks.length > 0) cursor.run(plan.id, at, at);
    };
  }

  make(progress: (text: string) => void): void {
    const { from, until, tasks, rootsUntil } = this.#span;
    const all = this.#plans.all.map(({ counts }) => counts);
    const start = performance.now();
    let reportedAt = start;
    for (let hour = Math.floor(from / HOUR) * HOUR; hour < until; hour += HOUR) {
      const end = Math.min(until, hour + HOUR);
      this.#workers.startHour(hour);
      for (const event of this.#roots.eventsOf(hour)) {
        if (event.at >= from && event.at < Math.min(end, rootsUntil)) this.#events.push(event);
      }
      for (let event = this.#events.popBefore(end); event !== undefined; event = this.#events.popBefore(end)) {
        if ("task" in event) this.#results.handle(event);
        else this.#roots.handle(event);
      }
      this.#counts.endHour(hour, all);
      this.#files.endHour(hour);
      this.#alerts.endHour(end);
      if ((hour + HOUR) % DAY === 0 || end === until) this.#counts.endDay(Math.floor(hour / DAY) * DAY, all);
      if (performance.now() - reportedAt > 2000) {
        reportedAt = performance.now();
        const share = this.#tables.tasks / Math.max(1, tasks);
        const rows = this.#rows() / ((reportedAt - start) / 1000);
        progress(`${Math.round(share * 100)} %, ${Math.round(rows / 1000)},000 rows a second`);
      }
    }
    this.#results.end();
    this.#alerts.end(from, until);
    this.#schedules(until);
    for (const writer of this.writers) writer.flush();
  }

  #rows(): number {
    return this.writers.reduce((sum, { written }) => sum + written, 0);
  }
}
