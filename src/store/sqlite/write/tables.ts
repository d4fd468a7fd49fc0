import { Alerts } from "../alerts/alerts.ts";
import { Backfills } from "../backfill/backfills.ts";
import type { Statements } from "../database/connection.ts";
import { DeadLetters } from "../tasks/dead-letters.ts";
import { Decisions } from "../tasks/decisions.ts";
import { Files } from "../files/files.ts";
import { IdSequences } from "../database/id-sequences.ts";
import type { InsertBatch } from "../database/insert-batch.ts";
import { InstanceState } from "../database/instance-state.ts";
import { Notes } from "../tasks/notes.ts";
import { Notifications } from "../alerts/notifications.ts";
import { NotifiedAlerts } from "../alerts/notified-alerts.ts";
import { Delays } from "../tasks/delays.ts";
import { Outbox } from "../tasks/outbox.ts";
import { Pauses } from "../workflows/pauses.ts";
import { Joins } from "../tasks/joins.ts";
import { Relationships } from "../tasks/relationships.ts";
import { BulkJobs } from "../tasks/bulk-jobs.ts";
import { SentTasks } from "../tasks/sent-tasks.ts";
import { ReportedPaths } from "../files/reported-paths.ts";
import { Schedules } from "../workflows/schedules.ts";
import { SearchIndex } from "../search/search-index.ts";
import { Silences } from "../alerts/silences.ts";
import { SentMarks } from "../tasks/sent-marks.ts";
import { TaskRecords } from "../tasks/task-records.ts";
import { TaskReports } from "../tasks/task-reports.ts";
import { Workflows } from "../workflows/workflows.ts";
import { ChangeLog } from "./change-log.ts";

/** The groups of tables, all on the one write connection. */
export class Tables {
  readonly records: TaskRecords;
  readonly sentTasks: SentTasks;
  readonly bulkJobs: BulkJobs;
  readonly reports: TaskReports;
  readonly sentMarks: SentMarks;
  readonly relationships: Relationships;
  readonly joins: Joins;
  readonly outbox: Outbox;
  readonly delays: Delays;
  readonly decisions: Decisions;
  readonly alerts: Alerts;
  readonly silences: Silences;
  readonly notifications: Notifications;
  readonly notifiedAlerts: NotifiedAlerts;
  readonly deadLetters: DeadLetters;
  readonly files: Files;
  readonly reportedPaths: ReportedPaths;
  readonly notes: Notes;
  readonly schedules: Schedules;
  readonly pauses: Pauses;
  readonly workflows: Workflows;
  readonly state: InstanceState;
  readonly searchIndex: SearchIndex;
  readonly backfills: Backfills;
  readonly ids: IdSequences;
  /** Batches that the writer inserts last, before it commits. */
  readonly batches: readonly InsertBatch[];
  readonly changes = new ChangeLog();

  /** `owner` names this process as the owner of outbox rows. */
  constructor(statements: Statements, owner: string, now: () => number) {
    const ids = new IdSequences(statements);
    this.ids = ids;
    this.records = new TaskRecords(statements, ids);
    this.sentTasks = new SentTasks(statements);
    this.bulkJobs = new BulkJobs(statements);
    this.reports = new TaskReports(statements, this.changes);
    this.sentMarks = new SentMarks(now);
    this.relationships = new Relationships(statements);
    this.joins = new Joins(statements);
    this.outbox = new Outbox(statements, ids, owner, now());
    this.delays = new Delays(statements);
    this.decisions = new Decisions(statements);
    this.notifiedAlerts = new NotifiedAlerts(statements);
    this.alerts = new Alerts(statements, ids, this.notifiedAlerts, this.changes);
    this.silences = new Silences(statements, ids, this.alerts);
    this.notifications = new Notifications(statements, this.notifiedAlerts);
    this.deadLetters = new DeadLetters(statements, ids);
    this.files = new Files(statements, ids, now, this.changes);
    this.reportedPaths = new ReportedPaths(statements);
    this.notes = new Notes(statements, this.changes);
    this.schedules = new Schedules(statements);
    this.pauses = new Pauses(statements, this.changes);
    this.workflows = new Workflows(statements, this.changes);
    this.state = new InstanceState(statements);
    this.searchIndex = new SearchIndex(statements);
    this.backfills = new Backfills(statements, this.changes);
    this.batches = [this.outbox.batch, this.decisions.batch, this.files.rows];
  }
}
