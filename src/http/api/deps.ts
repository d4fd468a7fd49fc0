import type { ByHand } from "../../contract/api/from-person.ts";
import type { SummaryAnswer } from "../../contract/api/instance/summary-api.ts";
import type { DrainAnswer, DrainRequest } from "../../contract/api/tasks/worker-api.ts";
import type { FinishFilesRequest, RedriveFilesRequest } from "../../contract/api/file-api.ts";
import type { TaskActionAnswer } from "../../contract/api/tasks/task-control-api.ts";
import type { AccessControl } from "../../engine/access/access-control.ts";
import type { Audit, AuditParts } from "../../engine/access/audit.ts";
import type { ViewControl } from "../../engine/access/view-control.ts";
import type { Logins } from "../../engine/access/logins.ts";
import type { AlertControl } from "../../engine/alerts/alert-control.ts";
import type { BackUp } from "../../engine/backup/back-up.ts";
import type { BackfillControl } from "../../engine/backfill/backfill-control.ts";
import type { CreatedTask, TaskRequest } from "../../engine/create-task.ts";
import type { Runtime } from "../../engine/context.ts";
import type { FilesFinished } from "../../engine/files/finish-gathered.ts";
import type { FilesRedriven } from "../../engine/files/redrive-files.ts";
import type { FileReport } from "../../engine/files/report-file.ts";
import type { FileRow } from "../../store/file-queries.ts";
import type { NoteControl } from "../../engine/notes/note-control.ts";
import type { SummaryRequest } from "../../engine/summary/summarize.ts";
import type { PauseControl } from "../../engine/steering/pauses.ts";
import type { RestoreControl } from "../../engine/restore/restore-control.ts";
import type { RetentionControl } from "../../engine/retention/retention-control.ts";
import type { TaskAction, TaskSelection } from "../../engine/steering/task-actions.ts";
import type { InstanceFacts } from "../../engine/tasks/show-tasks.ts";
import type { TaskControl } from "../../engine/steering/task-control.ts";

import type { WorkflowEditor } from "../../engine/workflows/workflow-editor.ts";
import type { WorkflowsReloaded } from "../../engine/workflows/workflows-in-force.ts";
import type { EngineQueries } from "../../engine/queries/engine-queries.ts";
import type { TriggerRequest } from "../../engine/workflows/trigger-phase.ts";
import type { Steering } from "../status-report.ts";
import type { ReadStore } from "../../store/store.ts";
import type { ShownConfiguration } from "../../contract/live/shown-configuration.ts";
import type { IdempotentAnswers } from "../../contract/live/idempotent-answers.ts";
import type { Metrics } from "../metrics.ts";
import type { OidcLogins } from "../auth/oidc/oidc-logins.ts";
import type { LiveEvents } from "../events/live-events.ts";
import type { OpenExports } from "./tasks/open-exports.ts";

/** What routes call to change something. Each resolves when it is committed. */
export interface UseCases {
  createTask(request: TaskRequest): Promise<readonly CreatedTask[]>;
  triggerPhase(request: TriggerRequest): Promise<readonly CreatedTask[]>;
  send(topic: string, messages: readonly string[], who: ByHand): Promise<void>;
  /** `payload` replaces that of the one dead letter of `ids`; null: unchanged. Returns how many were redriven. */
  redrive(ids: readonly number[] | "all", payload: string | null, who: ByHand): Promise<number>;
  readonly access: AccessControl;
  readonly views: ViewControl;
  readonly alerts: AlertControl;
  readonly tasks: TaskControl;
  /** On the tasks that are named, or that a query finds. */
  actOnTasks(action: TaskAction, selection: TaskSelection): Promise<TaskActionAnswer>;
  readonly notes: NoteControl;
  readonly backfills: BackfillControl;
  /** Null: no place for backups is configured. */
  readonly backups: Pick<BackUp, "byHand" | "status" | "continuous"> | null;
  summarize(request: SummaryRequest): Promise<SummaryAnswer>;
  readonly pauses: PauseControl;
  readonly retention: RetentionControl;
  readonly restore: RestoreControl;
  /** Resolves when the workers take no more tasks, or take them again. */
  drain(request: DrainRequest): Promise<DrainAnswer>;
  /** The event of the file, when it is committed. */
  reportFile(report: FileReport): Promise<FileRow>;
  /** One turn. */
  redriveFiles(request: RedriveFilesRequest): Promise<FilesRedriven>;
  finishFiles(request: FinishFilesRequest): Promise<FilesFinished>;
  /** Reads the workflows now. Throws DomainError when their path cannot be read. */
  reloadWorkflows(): Promise<WorkflowsReloaded>;
  readonly editor: WorkflowEditor;
  /** Reloads the workflows and takes for removed what is missing. Returns the names of the files that left. */
  acceptRemoval(who: ByHand): Promise<readonly string[]>;
}

/** What the routes below `/api/` work with. */
export interface ApiDeps {
  /** Queries in threads of their own: none holds up the writer. */
  readonly reads: ReadStore;
  /** What needs the workflows in force, or the configuration. */
  readonly queries: EngineQueries;
  readonly steering: () => Pick<Steering, "drained" | "running">;
  readonly runtime: Pick<Runtime, "now" | "monotonic" | "zone">;
  /** What this instance knows beside its database; `logDirs`: where the output of tasks is. */
  readonly instance: InstanceFacts & { readonly logDirs: readonly string[] };
  /** Of the program. */
  readonly version: string;
  readonly acts: UseCases;
  readonly logins: Logins;
  /** Null: nobody logs in at a provider. */
  readonly oidc: OidcLogins | null;
  readonly live: LiveEvents;
  readonly exports: OpenExports;
  readonly answers: IdempotentAnswers;
  readonly metrics: Metrics;
  readonly audit: Audit;
  /** Null: nobody reads it while the instance runs. */
  readonly configuration: () => ShownConfiguration | null;
  /** Hides secrets in what is answered. */
  readonly redact: AuditParts["redact"];
}
