/**
 * Use cases for the command line while no instance runs: the same as in serve.ts, on the database itself. Their messages
 * wait in the outbox for the next start.
 */
import { lackingWorker } from "../config/lacks-worker.ts";
import type { Options, TlsOptions } from "../config/options.ts";
import type { FinishFilesAnswer, FinishFilesRequest, RedriveFilesRequest } from "../contract/api/file-api.ts";
import type { ByHand, FromPerson } from "../contract/api/from-person.ts";
import type { CreateTaskAnswer, CreateTaskRequest } from "../contract/api/tasks/create-task-api.ts";
import type { TaskQuery } from "../contract/query/task-query.ts";
import type { RevealedTask, RevealRequest } from "../contract/api/tasks/reveal-api.ts";
import { revealTask } from "../engine/tasks/reveal-task.ts";
import { parseAskedDay } from "../contract/time/asked-time.ts";
import { buildGraph } from "../core/workflow/graph.ts";
import type { Phase, WorkflowGraph } from "../core/workflow/phase.ts";
import type { UserRow } from "../store/access-store.ts";
import type { ReadStore } from "../store/store.ts";
import type { NamedTarget } from "../contract/note-target.ts";
import { redactor } from "../contract/redact/redact.ts";
import { storedGraph } from "../core/why/stored-graph.ts";
import type { WhyNot } from "../core/why/why-not.ts";
import { type AccessControl, accessControl } from "../engine/access/access-control.ts";
import { Passwords } from "../engine/access/secrets.ts";
import { alertControl, type AlertControl } from "../engine/alerts/alert-control.ts";
import { BackUp } from "../engine/backup/back-up.ts";
import { backupJson } from "../engine/backup/backup-json.ts";
import type { BackupJson } from "../contract/api/instance/backup-api.ts";
import { DomainError } from "../contract/domain-error.ts";
import { maker } from "./backup/backups.ts";
import { backfillControl, type BackfillControl } from "../engine/backfill/backfill-control.ts";
import { queryWhyNot, type WhyNotQuery } from "../engine/query-why-not.ts";
import { finishFiles } from "../engine/files/finish-gathered.ts";
import { noteControl, notesOn, type NoteControl } from "../engine/notes/note-control.ts";
import { selectTasks } from "../engine/tasks/select-tasks.ts";
import { taskControl, type TaskControl } from "../engine/steering/task-control.ts";
import { createTask } from "../engine/create-task.ts";
import { MetaFiles, type MetaRows } from "../engine/meta-files.ts";
import type { EngineContext } from "../engine/context.ts";
import { admitted, admittedBackfills, admittedTasks } from "../engine/maintenance/admitted-acts.ts";
import { NOOP_METRICS } from "../engine/metrics-sink.ts";
import { type FilesRedriven, redriveFiles } from "../engine/files/redrive-files.ts";
import { pauseControl, type PauseControl } from "../engine/steering/pauses.ts";
import { redriveDeadLetters, sendMessages } from "../engine/send-messages.ts";
import { acceptRemoval } from "../engine/workflows/accept-removal.ts";
import { damagedValue } from "../store/damage.ts";
import { NotificationSender } from "../engine/alerts/send-notifications.ts";
import type { Reload } from "../engine/workflows/reload-workflows.ts";
import { findWorkflowFiles, type FoundFile } from "../engine/workflows/workflow-files.ts";
import { audited } from "../engine/access/audited.ts";
import { buildContext, workflowReloader } from "./build-context.ts";
import { admitBySpace } from "./care/disk-space.ts";
import { offlineRestore, type RestoreCommands } from "./care/held-after-restore.ts";
import { offlineRetention, type RetentionCommands } from "./care/retention.ts";
import { openChannels } from "./open-channels.ts";
import { AnyObjects } from "../objects/any.ts";
import { openReader, openStore } from "./open-store.ts";
import { refuseLost } from "./restore/refuse-lost.ts";
import { systemRuntime } from "./system-runtime.ts";
import { type CheckedPair, readKeyPair } from "./tls/key-pair.ts";

/** The writes of the command line; each is committed when it resolves. */
export interface DirectInstance {
  run(request: FromPerson<CreateTaskRequest>): Promise<CreateTaskAnswer["tasks"]>;
  send(topic: string, messages: readonly string[], who: ByHand): Promise<void>;
  /** `payload` replaces that of the one dead letter of `ids`; null: unchanged. Returns how many were redriven. */
  redrive(ids: readonly number[] | "all", payload: string | null, who: ByHand): Promise<number>;
  /** One turn of redriving stored file events. */
  redriveFiles(request: RedriveFilesRequest): Promise<FilesRedriven>;
  finishFiles(request: FinishFilesRequest): Promise<FinishFilesAnswer>;
  /** Reads the workflows and takes for removed what is missing. Returns the names of the files that left. */
  acceptRemoval(who: ByHand): Promise<readonly string[]>;
  readonly backfills: BackfillControl;
  readonly backups: BackupCommands;
  /** They are in force from the next start on. */
  readonly pauses: PauseControl;
  /** This process sends a test, and other notifications that are due. */
  readonly alerts: Omit<AlertControl, "channels">;
  readonly tasks: TaskControl;
  readonly notes: NoteControl;
  readonly access: AccessCommands;
  /** The values of a task with their secrets, when the entry in the audit log is committed. Throws UnknownTaskError. */
  reveal(request: RevealRequest): Promise<RevealedTask>;
  readonly retention: RetentionCommands;
  readonly restore: RestoreCommands;
  close(): Promise<void>;
}

export interface BackupCommands {
  /** Begins one, which `close` interrupts. Throws DomainError when none can be begun. */
  begin(): Promise<{ readonly id: string }>;
  /** Throws DomainError when there is no such backup. */
  show(id: string): Promise<BackupJson>;
}

/** What commands need of the answers. */
export interface AccessCommands extends Pick<AccessControl, "addUser" | "addKey"> {
  changeUser(...args: Parameters<AccessControl["changeUser"]>): Promise<{ readonly after: UserRow }>;
  revokeKey(id: number): Promise<unknown>;
}

/** Opens the database for writing, for this user of the machine. Throws StoreError when an instance has locked it, or it cannot be opened. */
export async function openDirect(
  options: Options,
  user: string,
  say: (sentence: string) => void = () => {},
): Promise<DirectInstance> {
  const runtime = systemRuntime(options.timezone);
  const beforeOpen = (path: string): Promise<void> => refuseLost(path, options);
  const store = await openStore(options, { runtime, readsInThread: false, say, beforeOpen, import: null });
  const objects = new AnyObjects(options.file);
  const reloader = workflowReloader(options, { runtime, store, objects });
  let first: Reload | null;
  try {
    // `serve` needs workflows; a command may need none.
    first = options.workflow === "" ? null : await reloader.reload();
  } catch (error) {
    await store.close();
    throw error;
  }
  const graph = first?.graph ?? buildGraph([]);
  const context = buildContext(options, {
    runtime,
    store,
    objects,
    metrics: NOOP_METRICS,
    graph: () => graph,
    // Nothing is published here: the next start sends what this process leaves in the outbox.
    outlet: { send: () => {}, dueAt: () => {} },
  });
  const channels = openChannels(options, runtime.now);
  const redact = redactor(options.redact);
  const sender = new NotificationSender({
    redact,
    store,
    channels,
    zone: runtime.zone,
    publicUrl: options.publicUrl,
    now: runtime.now,
    random: runtime.random,
    onDone: () => {},
    // The answer of a channel is stored with the notification, and shown from there.
    onProblem: () => {},
  });
  const backups = directBackups(options, { runtime, store });
  const admit = admitBySpace(options);
  const direct: DirectInstance = {
    tasks: admittedTasks(taskControl(context, true), admit),
    notes: noteControl(context),
    retention: offlineRetention(options, context),
    restore: offlineRestore(context),
    access: accessControl({ ...context, passwords: new Passwords() }),
    alerts: alertControl({
      store,
      runtime,
      channels: () => options.channels,
      changed: () => {},
      sendOn: async () => {
        await sender.sendDue();
        await sender.settled();
        return true;
      },
    }),
    run: admitted(async ({ at, ...request }) => {
      const tasks = await createTask({ ...request, at: at === null ? null : parseAskedDay(at) }, context);
      return tasks.map(({ recordId, ...task }) => ({ record_id: recordId, ...task }));
    }, admit),
    send: admitted((topic, messages, who) => sendMessages(topic, messages, who, context), admit),
    pauses: pauseControl(context, async () => undefined),
    redrive: admitted((ids, payload, who) => redriveDeadLetters(ids, payload, who, context), admit),
    redriveFiles: admitted((request) => redriveFiles(request, context), admit),
    finishFiles: admitted(async (request) => {
      const { finished, waiting } = await finishFiles(request, context);
      return { finished: [...finished], waiting: [...waiting] };
    }, admit),
    // The service of the next start goes on with them.
    backfills: admittedBackfills(
      backfillControl(context, () => {}),
      admit,
    ),
    backups: backups.commands,
    acceptRemoval: (who) => acceptRemoval(who, async () => (await reloader.reload(true)).removed, context),
    reveal: ({ record }) => revealTask(record, store.reads),
    close: async () => {
      await backups.stop();
      await sender.stop();
      await Promise.all(Array.from(channels.values(), ({ channel }) => channel.close()));
      await store.close();
    },
  };
  return audited(direct, { ...context, redact }, user, isWrite);
}

const READS: ReadonlySet<string> = new Set([
  "close",
  "backups.show",
  "retention.policies",
  "retention.one",
  "retention.advance",
  "restore.status",
  "restore.advance",
]);
/** One backup by hand. Its outcome is in its row, which the command shows. */
function directBackups(
  options: Options,
  { runtime, store }: Pick<EngineContext, "runtime" | "store">,
): { readonly commands: BackupCommands; readonly stop: () => Promise<void> } {
  const { backup } = options;
  const silent = { error: () => {}, warn: () => {}, info: () => {} };
  let problem: Error | null = null;
  const backUp =
    backup === null
      ? null
      : new BackUp({
          runtime,
          store,
          target: backup.target,
          schedule: null,
          make: maker(options, backup, silent),
          wake: () => {},
          onProblem: (error) => void (problem = error),
        });
  const commands: BackupCommands = {
    begin: async () => {
      if (backUp !== null) return await backUp.byHand();
      throw new DomainError("invalid", "no_backup_path", "No place for backups is configured: set sqlite.backup_path.");
    },
    show: async (id) => {
      // Its outcome could not be recorded: it would be waited for in vain.
      if (problem !== null) throw problem;
      const row = await store.reads.backups.one(id);
      if (row === null) throw new DomainError("not_found", "unknown_backup", `There is no backup ${id}.`);
      return backupJson(row, backUp === null ? null : await backUp.status());
    },
  };
  return { commands, stop: async () => await backUp?.stop(0) };
}

/** A dry run writes nothing; a job is filled with its tasks and asked how far it is in the same way as it is begun. */
function isWrite(act: string, request: unknown): boolean {
  const { dry_run: isDry, begin } = (request ?? {}) as { readonly dry_run?: boolean; readonly begin?: boolean };
  return !READS.has(act) && isDry !== true && (act !== "tasks.job" || begin === true);
}

/** Reads from the database why a phase has no task, also beside a running instance. Throws StoreError. */
export function whyNotHere(options: Options, query: WhyNotQuery, now: number): Promise<readonly WhyNot[]> {
  const noWorker = (phase: Phase): string | null => lackingWorker(phase, options)?.sentence ?? null;
  return readHere(options, now, ({ reads: { lineage }, ...parts }) =>
    queryWhyNot(query, { lineage, ...parts, noWorker }),
  );
}

/** The notes of what a person named, from the database, also beside a running instance. Throws StoreError and NoteError. */
export function notesHere(options: Options, named: NamedTarget, now: number): ReturnType<typeof notesOn> {
  return readHere(options, now, (parts) => notesOn(named, parts));
}

/** The newest records of all tasks that a query finds, the oldest first. Throws SelectionError. */
export async function selectTasksIn(reads: ReadStore, query: TaskQuery): Promise<readonly number[]> {
  return await selectTasks(query, reads, null);
}

interface Here {
  readonly reads: ReadStore;
  /** The workflows in force. */
  readonly graph: WorkflowGraph;
  readonly now: number;
  readonly zone: string;
}

async function readHere<T>(options: Options, now: number, read: (here: Here) => Promise<T>): Promise<T> {
  const { zone } = systemRuntime(options.timezone);
  const reads = openReader(options);
  try {
    return await read({ reads, graph: storedGraph(await reads.lineage.workflows(), { zone, now }), now, zone });
  } catch (error) {
    throw damagedValue(error, options.sqlite.localPath) ?? error;
  } finally {
    reads.close();
  }
}

/** The workflow files of a path, by default of the configured one. Throws WorkflowPathError or ObjectError. */
export function readWorkflows(options: Options, path = options.workflow): Promise<readonly FoundFile[]> {
  return findWorkflowFiles(path, new AnyObjects(options.file));
}

/** The certificate of `[tls]` and its key. Throws CertificateError and ObjectError. */
export function readPair(tls: TlsOptions): Promise<CheckedPair> {
  return readKeyPair(tls, new AnyObjects());
}

/** The rows of the `meta-file` rules of these phases. */
export function readMetaRows(options: Options, phases: Iterable<Phase>): Promise<(path: string) => MetaRows> {
  return new MetaFiles(new AnyObjects(options.file)).load(phases);
}
