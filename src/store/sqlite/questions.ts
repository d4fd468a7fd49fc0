import type {
  DeadLetterRow,
  DecisionRow,
  Questions,
  StoreCounts,
  TaskFilter,
  TaskHistory,
  TaskPage,
  TaskRow,
  TaskSearchRequest,
} from "../store.ts";
import { type Connection, storeError, Statements, type Statement } from "./connection.ts";
import type { AlertQuestions } from "../alert-store.ts";
import type { LineageQuestions } from "../lineage-questions.ts";
import type { StatsQuestions } from "../stats-questions.ts";
import { AlertReader } from "./alert-questions.ts";
import { FileReader, fileQuestions } from "./file-questions.ts";
import { LineageReader } from "./lineage-questions.ts";
import { TaskLists } from "./task-lists.ts";
import { TaskSearch } from "./task-search.ts";
import { TaskStats } from "./task-stats.ts";

type DecisionRaw = Omit<DecisionRow, "phase" | "data"> & {
  readonly data: string;
  readonly task: string | null;
  readonly workflow: string | null;
};
type ParentRow = TaskHistory["parents"][number];
type ChildRow = TaskHistory["children"][number];
type DeadLetterFilter = Parameters<Questions["deadLetters"]>[0];

const MOST_OF_A_RUN = 1000;
const MOST_DECISIONS = 1000;

/** Reads on a connection of their own, opened at the first question. */
export class SqliteQuestions implements Questions {
  readonly alerts: AlertQuestions = {
    list: async (filter) => this.#ask(({ alerts }) => alerts.list(filter)),
    one: async (id) => this.#ask(({ alerts }) => alerts.one(id)),
    counts: async () => this.#ask(({ alerts }) => alerts.counts()),
    silences: async (filter) => this.#ask(({ alerts }) => alerts.silences(filter)),
    notifications: async (filter) => this.#ask(({ alerts }) => alerts.notifications(filter)),
    channels: async () => this.#ask(({ alerts }) => alerts.channels()),
  };
  readonly lineage: LineageQuestions = {
    why: async (id) => this.#ask(({ lineage }) => lineage.why(id)),
    ancestors: async (id, caps) => this.#ask(({ lineage }) => lineage.trees.ancestors(id, caps)),
    descendants: async (id, caps) => this.#ask(({ lineage }) => lineage.trees.descendants(id, caps)),
    run: async (id, caps) => this.#ask(({ lineage }) => lineage.trees.run(id, caps)),
    workflows: async () => this.#ask(({ lineage }) => lineage.notDone.workflows()),
    whyNot: async (needs) => this.#ask(({ lineage }) => lineage.notDone.whyNot(needs)),
  };
  readonly files = fileQuestions((question) => this.#ask(({ files }) => question(files)));
  readonly stats: StatsQuestions = {
    summary: async (span) => this.#ask(({ stats }) => stats.summary(span)),
    series: async (span) => this.#ask(({ stats }) => stats.series(span)),
  };
  readonly #open: () => Connection;
  readonly #path: string;
  #reader: Reader | null = null;

  constructor(open: () => Connection, path: string) {
    this.#open = open;
    this.#path = path;
  }

  async tasks(filter: TaskFilter): Promise<readonly TaskRow[]> {
    return this.#ask((reader) => reader.lists.list(filter));
  }

  async searchTasks(request: TaskSearchRequest): Promise<TaskPage> {
    return this.#ask((reader) => reader.search.page(request));
  }

  async taskHistory(id: string): Promise<readonly TaskHistory[]> {
    return this.#ask((reader) => reader.history(id));
  }

  async deadLetters(filter: DeadLetterFilter): Promise<readonly DeadLetterRow[]> {
    return this.#ask((reader) => reader.deadLetters(filter));
  }

  async counts(): Promise<StoreCounts> {
    return this.#ask((reader) => reader.counts());
  }

  /** The statements, for the test that holds them against the query planner. */
  statements(): Statements {
    return this.#ask((reader) => reader.statements);
  }

  close(): void {
    this.#reader?.db.close();
    this.#reader = null;
  }

  #ask<T>(question: (reader: Reader) => T): T {
    try {
      this.#reader ??= new Reader(this.#open());
      return question(this.#reader);
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }
}

class Reader {
  readonly db: Connection;
  readonly statements: Statements;
  readonly lists: TaskLists;
  readonly search: TaskSearch;
  readonly stats: TaskStats;
  readonly alerts: AlertReader;
  readonly lineage: LineageReader;
  readonly files: FileReader;
  readonly #parent: Statement<ParentRow>;
  readonly #joined: Statement<ParentRow>;
  readonly #children: Statement<ChildRow>;
  readonly #decisions: Statement<DecisionRaw>;
  readonly #letters: Statement<DeadLetterRow>;
  readonly #openLetters: Statement<DeadLetterRow>;
  readonly #tasksCount: Statement<{ records: number; unfinished: number }>;
  readonly #outboxCount: Statement<{ rows: number }>;
  readonly #lettersCount: Statement<{ rows: number }>;
  readonly #bytes: Statement<{ bytes: number }>;

  constructor(db: Connection) {
    this.db = db;
    const statements = new Statements(db);
    this.statements = statements;
    this.lists = new TaskLists(statements);
    this.stats = new TaskStats(statements);
    this.search = new TaskSearch({ db, statements, kinds: (type) => this.lists.kinds(type, null) });
    this.alerts = new AlertReader(statements);
    this.lineage = new LineageReader(statements);
    this.files = new FileReader(statements);
    this.#parent = statements.prepare(
      "history.parent",
      `SELECT p.id AS record_id, r.kind, p.type, p.job FROM task_records c
       JOIN task_records p ON p.id = c.parent_id
       JOIN task_relationships r ON r.origin_id = p.first_attempt_id AND r.child_id = c.id
       WHERE c.id = ?`,
    );
    this.#joined = statements.prepare(
      "history.joined",
      `SELECT p.id AS record_id, r.kind, p.type, p.job FROM task_relationships r JOIN task_records p ON p.id = r.parent_id
       WHERE r.child_id = ? AND r.kind = 'join' ORDER BY r.parent_id`,
    );
    this.#children = statements.prepare(
      "history.children",
      `SELECT c.id AS record_id, r.kind, c.type, c.job, c.state, c.result FROM task_relationships r JOIN task_records c ON c.id = r.child_id
       WHERE r.origin_id = (SELECT first_attempt_id FROM task_records WHERE id = ?) AND r.parent_id = ? ORDER BY r.kind, r.phase_id, r.position`,
    );
    this.#decisions = statements.prepare(
      "history.decisions",
      `SELECT d.id, d.at, d.code, d.phase_id, d.task_time, d.data, p.task, f.name AS workflow FROM decisions d
       LEFT JOIN workflow_phases p ON p.id = d.phase_id LEFT JOIN workflow_files f ON f.id = p.file_id
       WHERE d.record_id = ? AND d.record_id IS NOT NULL ORDER BY d.id LIMIT ${MOST_DECISIONS}`,
    );
    const letter = "SELECT id, topic, payload, code, reason, received_at, redriven_at FROM dead_letters WHERE id < ?";
    this.#letters = statements.prepare("dead_letters.all", `${letter} ORDER BY id DESC LIMIT ?`);
    this.#openLetters = statements.prepare(
      "dead_letters.open",
      `${letter} AND redriven_at IS NULL ORDER BY id DESC LIMIT ?`,
    );
    this.#tasksCount = statements.prepare(
      "counts.tasks",
      `SELECT ifnull(sum(total), 0) AS records,
         ifnull(sum(total - complete - error - warn - alert - unknown - cancelled), 0) AS unfinished FROM task_counts_daily`,
    );
    this.#outboxCount = statements.prepare("counts.outbox", "SELECT count(*) AS rows FROM outbox");
    this.#lettersCount = statements.prepare(
      "counts.dead_letters",
      "SELECT count(*) AS rows FROM dead_letters WHERE redriven_at IS NULL",
    );
    this.#bytes = statements.prepare(
      "counts.bytes",
      "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()",
    );
  }

  history(id: string): readonly TaskHistory[] {
    const tasks = /^\d{1,15}$/.test(id) ? this.lists.byRecord(Number(id)) : this.lists.byRun(id, MOST_OF_A_RUN);
    return tasks.map((task) => ({
      task,
      parents: this.#parentsOf(task.record_id),
      children: this.#children.all(task.record_id, task.record_id),
      decisions: this.#decisions.all(task.record_id).map(decisionRow),
    }));
  }

  /** A joined child has several; the others have the one that their record names. */
  #parentsOf(recordId: number): readonly ParentRow[] {
    const joined = this.#joined.all(recordId);
    return joined.length > 0 ? joined : this.#parent.all(recordId);
  }

  deadLetters(filter: DeadLetterFilter): readonly DeadLetterRow[] {
    const statement = filter.includeRedriven ? this.#letters : this.#openLetters;
    return statement.all(filter.before ?? Number.MAX_SAFE_INTEGER, filter.limit);
  }

  counts(): StoreCounts {
    return {
      records: this.#tasksCount.get()?.records ?? 0,
      unfinished: this.#tasksCount.get()?.unfinished ?? 0,
      outbox: this.#outboxCount.get()?.rows ?? 0,
      deadLetters: this.#lettersCount.get()?.rows ?? 0,
      bytes: this.#bytes.get()?.bytes ?? 0,
    };
  }
}

function decisionRow(raw: DecisionRaw): DecisionRow {
  const { task, workflow, data, ...row } = raw;
  const phase = task === null || workflow === null ? null : { task, workflow };
  return { ...row, phase, data: JSON.parse(data) as DecisionRow["data"] };
}
