import { type WallMs } from "../../../contract/time/wall-ms.ts";
import type { LineageTask } from "../../../core/why/why-facts.ts";
import type {
  JoinMember,
  StoredPhase,
  StoredWorkflow,
  WhyNotFacts,
  WhyNotNeeds,
  WhyNotParent,
  WorkflowStatus,
} from "../../../core/why/why-not-facts.ts";
import type { Pause } from "../../pauses.ts";
import { IN_FORCE } from "../workflows/pauses.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { DECISION_COLUMNS, DECISION_PHASE, decisionRow, type DecisionRaw } from "../tasks/decision-rows.ts";
import { LINEAGE_COLUMNS } from "./lineage-rows.ts";

const MAX_TASKS = 20;
/** Limit of the tasks without a phase that are searched at a task time for one type. */
const MAX_WITHOUT_PHASE = 1000;
const MAX_DECISIONS = 50;

type StatusRaw = Omit<WorkflowStatus, "accepted"> & { readonly accepted: number };
type WorkflowRaw = StatusRaw & Pick<StoredWorkflow, "source"> & { readonly id: number };

/** Columns of a workflow file; `f` is the file's alias, `l` that of its newest version. */
const STATUS_COLUMNS = `f.name, ifnull(f.version_id, 0) AS version_id, ifnull(l.accepted, 0) AS accepted, f.loaded_at, f.removed_at,
  (SELECT i.message FROM workflow_issues i WHERE i.file_id = f.id AND i.severity = 'error' ORDER BY i.id LIMIT 1) AS fault`;

/** Finds what happened at one task time of a phase, and around it. */
export class WhyNotReader {
  readonly #tasks: Statement<LineageTask>;
  readonly #ofNoPhase: Statement<LineageTask>;
  readonly #notDone: Statement<DecisionRaw>;
  readonly #aboutPhase: Statement<DecisionRaw>;
  readonly #retry: Statement<LineageTask>;
  readonly #joinOf: Statement<{ join_key: string; child_id: number | null }>;
  readonly #members: Statement<Omit<JoinMember, "join_key" | "child_id">>;
  readonly #cursor: Statement<{ at: number }>;
  readonly #files: Statement<WhyNotFacts["files"][number]>;
  readonly #workflows: Statement<WorkflowRaw>;
  readonly #workflow: Statement<StatusRaw>;
  readonly #phases: Statement<StoredPhase>;
  readonly #pauses: Statement<Pause>;

  constructor(statements: Statements) {
    this.#tasks = statements.prepare(
      "why_not.tasks",
      `SELECT ${LINEAGE_COLUMNS} FROM task_records r WHERE r.phase_id = ? AND r.task_time = ? AND r.task_time IS NOT NULL
       ORDER BY r.id DESC LIMIT ${MAX_TASKS}`,
    );
    this.#ofNoPhase = statements.prepare(
      "why_not.of_no_phase",
      `SELECT ${LINEAGE_COLUMNS} FROM (SELECT * FROM task_records WHERE phase_id = 0 AND task_time = ? AND task_time IS NOT NULL
         ORDER BY id DESC LIMIT ${MAX_WITHOUT_PHASE}) r WHERE r.type = ? AND (r.job = ? OR ?) LIMIT ${MAX_TASKS}`,
    );
    // A decision about a range of ticks has the time of the last one, so only the first rows from the time on can cover it.
    this.#notDone = statements.prepare(
      "why_not.decisions",
      `SELECT ${DECISION_COLUMNS} FROM decisions d ${DECISION_PHASE}
       WHERE d.phase_id = ? AND d.task_time >= ? AND d.record_id IS NULL ORDER BY d.task_time, d.id LIMIT ${MAX_DECISIONS}`,
    );
    this.#aboutPhase = statements.prepare(
      "why_not.about_phase",
      `SELECT ${DECISION_COLUMNS} FROM decisions d ${DECISION_PHASE}
       WHERE d.record_id = ? AND d.record_id IS NOT NULL AND d.phase_id IN (?, ?) ORDER BY d.id LIMIT ${MAX_DECISIONS}`,
    );
    this.#retry = statements.prepare(
      "why_not.retry",
      `SELECT ${LINEAGE_COLUMNS} FROM task_records r WHERE r.first_attempt_id = ? AND r.attempt > ? AND r.attempt <> 0
       ORDER BY r.attempt DESC LIMIT 1`,
    );
    this.#joinOf = statements.prepare(
      "why_not.join_of",
      `SELECT m.join_key, s.child_id FROM join_members m LEFT JOIN join_starts s ON s.phase_id = m.phase_id AND s.join_key = m.join_key
       WHERE m.first_attempt_id = ? AND m.phase_id = ?`,
    );
    this.#members = statements.prepare(
      "why_not.members",
      `SELECT m.member, m.state, r.state AS record_state, m.record_id, r.info FROM join_members m JOIN task_records r ON r.id = m.record_id
       WHERE m.phase_id = ? AND m.join_key = ? AND m.state = ? ORDER BY m.member, m.first_attempt_id LIMIT ${MAX_TASKS}`,
    );
    this.#cursor = statements.prepare(
      "why_not.cursor",
      "SELECT cursor_at AS at FROM schedules WHERE phase_id = ? AND kind = ?",
    );
    this.#files = statements.prepare(
      "why_not.files",
      `SELECT f.path, m.received_at, m.record_id FROM file_pattern_matches m JOIN file_messages f ON f.id = m.file_message_id
       WHERE m.phase_id = ? AND m.task_time = ? ORDER BY m.received_at DESC LIMIT ${MAX_TASKS}`,
    );
    this.#workflows = statements.prepare(
      "why_not.workflows",
      `SELECT f.id, v.source, ${STATUS_COLUMNS} FROM workflow_files f LEFT JOIN workflow_versions v ON v.id = f.version_id AND f.removed_at IS NULL
       LEFT JOIN workflow_versions l ON l.id = f.loaded_id`,
    );
    this.#workflow = statements.prepare(
      "why_not.workflow",
      `SELECT ${STATUS_COLUMNS} FROM workflow_phases p JOIN workflow_files f ON f.id = p.file_id
       LEFT JOIN workflow_versions l ON l.id = f.loaded_id WHERE p.id = ?`,
    );
    this.#pauses = statements.prepare("why_not.pauses", IN_FORCE);
    this.#phases = statements.prepare(
      "why_not.phases",
      "SELECT id, key, task, type, job, removed_at FROM workflow_phases WHERE file_id = ?",
    );
  }

  whyNot(needs: WhyNotNeeds): WhyNotFacts {
    const { phase_id: phaseId, task_time: time } = needs;
    const decisions = new Map<number, DecisionRaw>();
    for (const at of [time, ...needs.tick_times]) {
      for (const decision of this.#notDone.all(phaseId, at)) decisions.set(decision.id, decision);
    }
    const workflow = this.#workflow.get(phaseId);
    const parents = needs.parents.map((parent) =>
      this.#parentTasks(parent, time).map((task) => this.#parent(task, phaseId)),
    );
    return {
      tasks: this.#tasks.all(phaseId, time),
      decisions: [...decisions.values()].map(decisionRow),
      parents,
      arrivals: needs.join
        ? this.#joinMembers(
            phaseId,
            parents.flat().map((one) => one.task.first_attempt_id),
          )
        : [],
      cron_cursor: this.#cursor.get(phaseId, "cron")?.at ?? null,
      expect_cursor: this.#cursor.get(phaseId, "expect")?.at ?? null,
      workflow: workflow === undefined ? null : { ...workflow, accepted: workflow.accepted === 1 },
      files: needs.files ? this.#files.all(phaseId, time) : [],
    };
  }

  #joinMembers(phaseId: number, firstAttemptIds: readonly number[]): JoinMember[] {
    const instances = new Map<string, number | null>();
    for (const id of firstAttemptIds) {
      const row = this.#joinOf.get(id, phaseId);
      if (row !== undefined) instances.set(row.join_key, row.child_id);
    }
    return [...instances].flatMap(([key, child]) =>
      ["open", "failed", "complete"].flatMap((state) =>
        this.#members.all(phaseId, key, state).map((row) => ({ join_key: key, child_id: child, ...row })),
      ),
    );
  }

  pauses(): readonly Pause[] {
    return this.#pauses.all();
  }

  workflows(): readonly StoredWorkflow[] {
    return this.#workflows.all().map(({ id, accepted, ...file }) => ({
      ...file,
      accepted: accepted === 1,
      phases: this.#phases.all(id),
    }));
  }

  #parentTasks({ type, job, phase_ids: ids }: WhyNotNeeds["parents"][number], time: WallMs): LineageTask[] {
    const found = ids.flatMap((id) => this.#tasks.all(id, time));
    found.push(...this.#ofNoPhase.all(time, type, job ?? "", job === null ? 1 : 0));
    return found.toSorted((a, b) => b.record_id - a.record_id).slice(0, MAX_TASKS);
  }

  /** The decision of the parent's result about the phase, or the one about the parent itself when nothing followed at all. */
  #parent(task: LineageTask, phaseId: number): WhyNotParent {
    const decisions = this.#aboutPhase.all(task.record_id, phaseId, task.phase_id).map(decisionRow);
    return { task, decisions, retry: this.#retry.get(task.first_attempt_id, task.attempt) ?? null };
  }
}
