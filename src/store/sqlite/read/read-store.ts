import type { LiveQueries } from "../../../contract/live/changes.ts";
import type { DatabaseSize, QueryTiming } from "../../../contract/live/database-metrics.ts";
import type { DaySize, HealthSpan, HealthStep } from "../../../contract/live/health-history.ts";
import { ChangingRedact } from "../../../contract/redact/changing-redact.ts";
import type { Redact } from "../../../contract/redact/redact.ts";
import type { RedactRules } from "../../../contract/redact/rules.ts";
import { present } from "../../../contract/present.ts";
import type { DeadLetterRow, ReadStore, StoreCounts, TaskHistory } from "../../store.ts";
import type { TaskFilter, TaskPage, TaskRow, TaskSearchRequest } from "../../task-queries.ts";
import { type Connection, storeError, Statements, type Statement } from "../database/connection.ts";
import type { AlertQueries } from "../../alert-store.ts";
import type { LineageQueries } from "../../lineage-queries.ts";
import type { LegacyQueries } from "../../legacy-queries.ts";
import type { LogQueries } from "../../log-queries.ts";
import type { RunningQueries } from "../../running-tasks.ts";
import type { StatsQueries } from "../../stats-queries.ts";
import { PlaceReader, placeQueries } from "./place-reader.ts";
import { AccessReader, accessQueries } from "../access/access-reader.ts";
import { AlertReader } from "../alerts/alert-queries.ts";
import { BackupReader, backupQueries } from "../backup/backups.ts";
import { HeldReader, heldQueries } from "../backup/held.ts";
import { BackfillReader, backfillQueries } from "../backfill/backfill-reader.ts";
import { PhaseReader, phaseQueries } from "../workflows/phase-reader.ts";
import { HoursFrom, KindHours } from "../workflows/kind-hours.ts";
import { WorkflowReader, workflowQueries } from "../workflows/workflow-reader.ts";
import { NoteReader, noteQueries } from "../tasks/notes.ts";
import { FileReader, fileQueries } from "../files/file-queries.ts";
import { ChangedReader } from "../live/changed-rows.ts";
import { RetentionReader, retentionQueries } from "../retention/retention-reader.ts";
import { DatabaseSizes } from "../size/database-size.ts";
import { HealthHistory } from "../size/health-samples.ts";
import { LineageReader } from "../lineage/lineage-queries.ts";
import { LogReader } from "../tasks/log-reader.ts";
import { RunningReader } from "../tasks/running-reader.ts";
import { TaskGenerations } from "../lineage/task-generations.ts";
import { TaskLists } from "../tasks/task-lists.ts";
import { LegacyPages } from "../legacy/legacy-pages.ts";
import { TaskSearch } from "../search/task-search.ts";
import { TaskViews, taskViewQueries } from "../search/task-views.ts";
import { TaskStats } from "../tasks/task-stats.ts";

type DeadLetterFilter = Parameters<ReadStore["deadLetters"]>[0];

const MAX_RUN_TASKS = 1000;

/** Queries on a separate connection, opened at the first query. */
export class SqliteReadStore implements ReadStore {
  readonly alerts: AlertQueries = {
    list: async (filter) => this.#query(({ alerts }) => alerts.lists.list(filter)),
    labelled: async (ids) => this.#query(({ alerts }) => alerts.labelled(ids)),
    open: async (before, limit) => this.#query(({ alerts }) => alerts.open(before, limit)),
    groups: async (limit, scope) => this.#query(({ alerts }) => alerts.lists.groups(limit, scope ?? null)),
    days: async (bounds, scope) => this.#query(({ alerts }) => alerts.days(bounds, scope ?? null)),
    occurrencesAfter: async (id, limit) => this.#query(({ alerts }) => alerts.occurrencesAfter(id, limit)),
    one: async (id) => this.#query(({ alerts }) => alerts.one(id)),
    counts: async (scope) => this.#query(({ alerts }) => alerts.counts(scope ?? null)),
    silences: async (filter) => this.#query(({ alerts }) => alerts.silences(filter)),
    notifications: async (filter) => this.#query(({ alerts }) => alerts.notifications(filter)),
    channels: async () => this.#query(({ alerts }) => alerts.channels()),
  };
  readonly lineage: LineageQueries = {
    why: async (id) => this.#query(({ lineage }) => lineage.why(id)),
    ancestors: async (id, caps) => this.#query(({ lineage }) => lineage.trees.ancestors(id, caps)),
    descendants: async (id, caps) => this.#query(({ lineage }) => lineage.trees.descendants(id, caps)),
    run: async (id, caps) => this.#query(({ lineage }) => lineage.trees.run(id, caps)),
    workflows: async () => this.#query(({ lineage }) => lineage.notDone.workflows()),
    pauses: async () => this.#query(({ lineage }) => lineage.notDone.pauses()),
    whyNot: async (needs) => this.#query(({ lineage }) => lineage.notDone.whyNot(needs)),
  };
  readonly files = fileQueries((query) => this.#query(({ files }) => query(files)));
  readonly backfills = backfillQueries((query) => this.#query(({ backfills }) => query(backfills)));
  readonly backups = backupQueries((query) => this.#query(({ backups }) => query(backups)));
  readonly held = heldQueries((query) => this.#query(({ held }) => query(held)));
  readonly views = taskViewQueries((query) => this.#query(({ views }) => query(views)));
  readonly workflows = workflowQueries((query) => this.#query(({ workflows }) => query(workflows)));
  readonly phases = phaseQueries((query) => this.#query(({ phases }) => query(phases)));
  readonly places = placeQueries((query) => this.#query(({ places }) => query(places)));
  readonly access = accessQueries((query) => this.#query(({ access }) => query(access)));
  readonly retention = retentionQueries((query) => this.#query(({ retention }) => query(retention)));
  readonly notes = noteQueries((query) => this.#query(({ notes }) => query(notes)));
  readonly legacy: LegacyQueries = {
    dayOfTasks: async (request) => this.#query(({ legacy }) => legacy.dayOfTasks(request)),
    runOfTasks: async (id, limit) => this.#query(({ legacy }) => legacy.runOfTasks(id, limit)),
    recap: async (day, jobInMeta) => this.#query(({ legacy }) => legacy.recap(day, jobInMeta)),
    dates: async (what) => this.#query(({ legacy }) => legacy.dates[what]()),
  };
  readonly running: RunningQueries = {
    tasks: async (request) => this.#query(({ running }) => running.tasks(request)),
    longest: async (limit) => this.#query(({ running }) => running.longest(limit)),
    workers: async (since) => this.#query(({ running }) => running.workers(since)),
  };
  readonly logs: LogQueries = {
    tasks: async (id) => this.#query(({ logs }) => logs.tasks(id)),
    attempts: async (id) => this.#query(({ logs }) => logs.attempts(id)),
    isKnown: async (task) => this.#query(({ logs }) => logs.isKnown(task)),
    fates: async (of) => this.#query(({ logs }) => logs.fates(of)),
  };
  readonly stats: StatsQueries = {
    summary: async (span) => this.#query(({ stats }) => stats.summary(span)),
    totals: async (span) => this.#query(({ stats }) => stats.totals(span)),
    series: async (edges) => this.#query(({ stats }) => stats.series(edges)),
    seriesOfKinds: async (edges) => this.#query(({ kindHours }) => kindHours.series(edges)),
    usualHours: async (request) => this.#query(({ kindHours }) => kindHours.usual(request)),
  };
  readonly #open: () => Connection;
  readonly #path: string;
  readonly #redact: ChangingRedact;
  #reader: ReadConnection | null = null;

  constructor(open: () => Connection, path: string, rules: RedactRules) {
    this.#redact = new ChangingRedact(rules);
    this.#open = open;
    this.#path = path;
  }

  async tasks(filter: TaskFilter): Promise<readonly TaskRow[]> {
    return this.#query((reader) => reader.lists.list(filter));
  }

  async searchTasks(request: TaskSearchRequest): Promise<TaskPage> {
    return this.#query((reader) => reader.search.page(request));
  }

  async taskHistory(id: string): Promise<readonly TaskHistory[]> {
    return this.#query((reader) => reader.history(id));
  }

  async databaseSize(now: number): Promise<DatabaseSize> {
    return this.#query((reader) => reader.sizes.size(now));
  }

  async sizeHistory(since: number): Promise<readonly DaySize[]> {
    return this.#query((reader) => reader.sizes.history(since));
  }

  async healthHistory(span: HealthSpan): Promise<readonly HealthStep[]> {
    return this.#query((reader) => reader.health.steps(span));
  }

  async useRedactRules(rules: RedactRules): Promise<void> {
    this.#redact.use(rules);
  }

  /** The thread around this store has them. */
  async timings(): Promise<readonly QueryTiming[]> {
    return [];
  }

  async changed(...[ids]: Parameters<LiveQueries["changed"]>): ReturnType<LiveQueries["changed"]> {
    return this.#query((reader) => reader.changed.changed(ids));
  }

  async deadLetters(filter: DeadLetterFilter): Promise<readonly DeadLetterRow[]> {
    return this.#query((reader) => reader.deadLetters(filter));
  }

  async counts(): Promise<StoreCounts> {
    return this.#query((reader) => reader.counts());
  }

  /** The statements, for the test that checks them against the query planner. */
  statements(): Statements {
    return this.#query((reader) => reader.statements);
  }

  close(): void {
    this.#reader?.db.close();
    this.#reader = null;
  }

  #query<T>(query: (reader: ReadConnection) => T): T {
    try {
      this.#reader ??= new ReadConnection(this.#open(), this.#redact);
      return query(this.#reader);
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }
}

class ReadConnection {
  readonly db: Connection;
  readonly statements: Statements;
  readonly lists: TaskLists;
  readonly running: RunningReader;
  readonly logs: LogReader;
  readonly search: TaskSearch;
  readonly views: TaskViews;
  readonly stats: TaskStats;
  readonly kindHours: KindHours;
  readonly legacy: LegacyPages;
  readonly alerts: AlertReader;
  readonly lineage: LineageReader;
  readonly files: FileReader;
  readonly backfills: BackfillReader;
  readonly backups: BackupReader;
  readonly held: HeldReader;
  readonly phases: PhaseReader;
  readonly workflows: WorkflowReader;
  readonly notes: NoteReader;
  readonly access: AccessReader;
  readonly places: PlaceReader;
  readonly retention: RetentionReader;
  readonly changed: ChangedReader;
  readonly sizes: DatabaseSizes;
  readonly health: HealthHistory;
  readonly #deadLetters: Statement<DeadLetterRow>;
  readonly #openDeadLetters: Statement<DeadLetterRow>;
  readonly #tasksCount: Statement<{ records: number; unfinished: number }>;
  readonly #outboxCount: Statement<{ rows: number }>;
  readonly #deadLettersCount: Statement<{ rows: number }>;
  readonly #bytes: Statement<{ bytes: number }>;

  constructor(db: Connection, redact: Redact) {
    this.db = db;
    const statements = new Statements(db);
    this.statements = statements;
    this.lists = new TaskLists(statements);
    this.running = new RunningReader(statements, this.lists);
    const generations = new TaskGenerations(statements);
    this.logs = new LogReader(statements, generations);
    const hoursFrom = new HoursFrom(statements);
    this.stats = new TaskStats(statements, hoursFrom);
    this.kindHours = new KindHours(statements, hoursFrom);
    this.legacy = new LegacyPages(statements);
    this.search = new TaskSearch({
      db,
      statements,
      generations,
      redact,
      kinds: (type) => this.lists.kinds(type, null),
    });
    this.views = new TaskViews(this.search, generations, statements);
    this.alerts = new AlertReader(statements);
    this.lineage = new LineageReader(statements, generations);
    this.files = new FileReader(statements, generations);
    this.backfills = new BackfillReader(statements);
    this.backups = new BackupReader(statements);
    this.held = new HeldReader(statements);
    this.phases = new PhaseReader(statements);
    this.workflows = new WorkflowReader(statements);
    this.notes = new NoteReader(statements, generations);
    this.access = new AccessReader(statements);
    this.places = new PlaceReader(statements);
    this.retention = new RetentionReader(statements);
    this.changed = new ChangedReader(statements);
    this.sizes = new DatabaseSizes(statements, db.name);
    this.health = new HealthHistory(statements);
    const deadLetter =
      "SELECT id, topic, payload, bytes, sha256, code, reason, received_at, redriven_at, redriven_by, redriven_reason FROM dead_letters WHERE id < ?";
    this.#deadLetters = statements.prepare("dead_letters.all", `${deadLetter} ORDER BY id DESC LIMIT ?`);
    this.#openDeadLetters = statements.prepare(
      "dead_letters.open",
      `${deadLetter} AND redriven_at IS NULL ORDER BY id DESC LIMIT ?`,
    );
    this.#tasksCount = statements.prepare(
      "counts.tasks",
      `SELECT ifnull(sum(total), 0) AS records,
         ifnull(sum(total - complete - error - warn - alert - unknown - cancelled), 0) AS unfinished FROM task_counts_daily`,
    );
    this.#outboxCount = statements.prepare(
      "counts.outbox",
      "SELECT count(*) - (SELECT count(*) FROM outbox WHERE held IS NOT NULL) AS rows FROM outbox",
    );
    this.#deadLettersCount = statements.prepare(
      "counts.dead_letters",
      "SELECT count(*) AS rows FROM dead_letters WHERE redriven_at IS NULL",
    );
    this.#bytes = statements.prepare(
      "counts.bytes",
      "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
    );
  }

  history(id: string): readonly TaskHistory[] {
    const tasks = /^\d{1,15}$/.test(id) ? this.lists.byRecord(Number(id)) : this.lists.byRun(id, MAX_RUN_TASKS);
    return tasks.map((task) => ({ task, ...this.lineage.tasks.history(task.record_id) }));
  }

  deadLetters(filter: DeadLetterFilter): readonly DeadLetterRow[] {
    const statement = filter.includeRedriven ? this.#deadLetters : this.#openDeadLetters;
    return statement.all(filter.before ?? Number.MAX_SAFE_INTEGER, filter.limit);
  }

  counts(): StoreCounts {
    return {
      ...present(this.#tasksCount.get(), "the count of tasks"),
      open: this.running.open(),
      outbox: present(this.#outboxCount.get(), "the count of the outbox").rows,
      deadLetters: present(this.#deadLettersCount.get(), "the count of dead letters").rows,
      bytes: present(this.#bytes.get(), "the size of the database").bytes,
    };
  }
}
