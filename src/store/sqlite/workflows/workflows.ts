import { PhaseZones } from "./phase-zones.ts";
import type { HeldPhase } from "../../running-tasks.ts";
import { SWAP_MS } from "../../../contract/time/time-units.ts";
import type { AcceptedVersion, LoadedFile, LoadedPhase, PausedPhase, SavedFile } from "../../workflow-versions.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { ChangeLog } from "../write/change-log.ts";

/** A phase that got a cap, or has one again. */
export interface CappedPhase {
  readonly id: number;
  readonly type: string;
  readonly job: string;
}

interface WorkflowFileRow {
  readonly id: number;
  readonly versionId: number | null;
  readonly loadedId: number | null;
  readonly checksum: string | null;
}

/** What is done with the tasks of phases that are saved. */
export interface PhaseChanges {
  /** The phase had no cap before. */
  capped(phase: CappedPhase): void;
  /** What a phase that leaves hands to the one in its place; both by id. */
  takenOver(from: number, to: number): void;
}

/** Of held tasks whose phase is not on record. */
const NO_HOLDER = { task: "", workflow: "", cap: null, onRemoved: "release", removedAt: 0, pausedSince: null } as const;

/** `workflow_files`, `workflow_versions`, `workflow_phases`, `workflow_dependencies` and `workflow_issues`. */
export class Workflows {
  readonly #file: Statement<WorkflowFileRow>;
  readonly #addFile: Statement;
  readonly #setFile: Statement;
  readonly #markGone: Statement;
  readonly #names: Statement<{ name: string }>;
  readonly #addVersion: Statement;
  readonly #phases: Statement<{ key: string; id: number }>;
  readonly #caps: Statement<{ key: string; cap: number | null }>;
  readonly #putPhase: Statement<{ id: number }>;
  readonly #rekeyPhase: Statement;
  readonly #removePhase: Statement;
  readonly #forgetParents: Statement;
  readonly #addParent: Statement;
  readonly #forgetIssues: Statement;
  readonly #addIssue: Statement;
  readonly #accepted: Statement<AcceptedVersion>;
  readonly #nameOfPhase: Statement<{ name: string }>;
  readonly #paused: Statement<PausedPhase>;
  readonly #holder: Statement<Omit<HeldPhase, "phaseId" | "held">>;
  readonly #zones: PhaseZones;
  readonly #nameByPhase = new Map<number, string>();
  readonly #changes: ChangeLog;

  constructor(statements: Statements, changes: ChangeLog) {
    this.#changes = changes;
    this.#zones = new PhaseZones(statements);
    this.#file = statements.prepare(
      "workflow.file",
      `SELECT f.id, f.version_id AS versionId, f.loaded_id AS loadedId, v.checksum
       FROM workflow_files f LEFT JOIN workflow_versions v ON v.id = f.loaded_id WHERE f.name = ?`,
    );
    this.#addFile = statements.prepare(
      "workflow.add_file",
      "INSERT INTO workflow_files (name, path, loaded_at) VALUES (?, ?, ?)",
    );
    this.#setFile = statements.prepare(
      "workflow.set_file",
      "UPDATE workflow_files SET path = ?, version_id = ?, loaded_id = ?, loaded_at = ?, removed_at = NULL WHERE id = ?",
    );
    this.#markGone = statements.prepare(
      "workflow.mark_gone",
      "UPDATE workflow_files SET removed_at = ? WHERE name = ?",
    );
    this.#names = statements.prepare("workflow.names", "SELECT name FROM workflow_files WHERE removed_at IS NULL");
    this.#addVersion = statements.prepare(
      "workflow.add_version",
      `INSERT INTO workflow_versions (file_id, source, checksum, accepted, loaded_at, edited_by, edit_reason)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#phases = statements.prepare(
      "workflow.phases",
      "SELECT key, id FROM workflow_phases WHERE file_id = ? AND removed_at IS NULL",
    );
    this.#caps = statements.prepare("workflow.caps", "SELECT key, cap FROM workflow_phases WHERE file_id = ?");
    this.#putPhase = statements.prepare(
      "workflow.put_phase",
      `INSERT INTO workflow_phases (file_id, key, version_id, task, type, job, depends_on, rule, template, retry, line,
         cap, on_removed, paused_since, owner, description, runbook)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET version_id = excluded.version_id, task = excluded.task, type = excluded.type, job = excluded.job,
         depends_on = excluded.depends_on, rule = excluded.rule, template = excluded.template, retry = excluded.retry,
         line = excluded.line, cap = excluded.cap, on_removed = excluded.on_removed, owner = excluded.owner,
         description = excluded.description, runbook = excluded.runbook,
         paused_since = CASE WHEN excluded.paused_since IS NULL OR excluded.paused_since - removed_at > ${SWAP_MS}
           THEN excluded.paused_since ELSE ifnull(paused_since, excluded.paused_since) END, removed_at = NULL
       RETURNING id`,
    );
    this.#rekeyPhase = statements.prepare("workflow.rekey_phase", "UPDATE workflow_phases SET key = ? WHERE id = ?");
    this.#removePhase = statements.prepare(
      "workflow.remove_phase",
      `UPDATE workflow_phases SET removed_at = ?, on_removed = ifnull(?, on_removed),
         paused_since = ifnull(paused_since, (SELECT since FROM pauses WHERE phase_id = workflow_phases.id AND ended_at IS NULL))
       WHERE id = ?`,
    );
    this.#forgetParents = statements.prepare(
      "workflow.forget_parents",
      "DELETE FROM workflow_dependencies WHERE phase_id = ?",
    );
    this.#addParent = statements.prepare(
      "workflow.add_parent",
      "INSERT INTO workflow_dependencies (phase_id, parent_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
    );
    this.#forgetIssues = statements.prepare("workflow.forget_issues", "DELETE FROM workflow_issues WHERE file_id = ?");
    this.#addIssue = statements.prepare(
      "workflow.add_issue",
      `INSERT INTO workflow_issues (file_id, version_id, severity, code, line, "column", message, remedy) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#accepted = statements.prepare(
      "workflow.accepted",
      `SELECT f.name, f.path, v.id AS versionId, v.source FROM workflow_files f JOIN workflow_versions v ON v.id = f.version_id
       WHERE f.removed_at IS NULL`,
    );
    this.#paused = statements.prepare(
      "workflow.paused",
      `SELECT id AS phaseId, paused_since AS since FROM workflow_phases
       WHERE paused_since IS NOT NULL AND removed_at IS NULL`,
    );
    this.#holder = statements.prepare(
      "workflow.holder",
      `SELECT p.task, f.name AS workflow, p.cap, p.on_removed AS onRemoved, p.removed_at AS removedAt,
         ifnull(p.paused_since, (SELECT since FROM pauses WHERE phase_id = p.id AND ended_at IS NULL)) AS pausedSince
       FROM workflow_phases p JOIN workflow_files f ON f.id = p.file_id WHERE p.id = ?`,
    );
    this.#nameOfPhase = statements.prepare(
      "workflow.name_of_phase",
      "SELECT f.name FROM workflow_phases p JOIN workflow_files f ON f.id = p.file_id WHERE p.id = ?",
    );
  }

  /** Name of the phase's workflow; empty for an unknown phase. */
  nameOfPhase(phaseId: number): string {
    if (phaseId === 0) return "";
    let name = this.#nameByPhase.get(phaseId);
    if (name === undefined) {
      name = this.#nameOfPhase.get(phaseId)?.name ?? "";
      this.#nameByPhase.set(phaseId, name);
    }
    return name;
  }

  /** The phase of held tasks, also when it has left its file. */
  holderOf(phaseId: number): Omit<HeldPhase, "phaseId" | "held"> {
    return this.#holder.get(phaseId) ?? NO_HOLDER;
  }

  save(files: readonly LoadedFile[], now: number, changes: PhaseChanges): readonly SavedFile[] {
    this.#nameByPhase.clear();
    const saved = files.map((file) => this.#save(file, now, changes));
    const present = new Set(files.map((file) => file.name));
    for (const { name } of this.#names.all()) {
      if (!present.has(name)) this.#leave(name, now);
    }
    return saved;
  }

  /** In force, and paused. */
  paused(): readonly PausedPhase[] {
    return this.#paused.all();
  }

  accepted(): readonly AcceptedVersion[] {
    return this.#accepted.all().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  #save(file: LoadedFile, now: number, changes: PhaseChanges): SavedFile {
    const known = this.#file.get(file.name);
    const fileId = known?.id ?? Number(this.#addFile.run(file.name, file.path, now).lastInsertRowid);
    const isSame = known !== undefined && known.loadedId !== null && known.checksum === file.checksum;
    // The same source is the same version, unless a newer program accepts a source that was refused.
    const loadedId =
      isSame && (known.versionId === known.loadedId) === file.accepted
        ? known.loadedId
        : this.#newVersion(fileId, file, now);
    const versionId = file.accepted ? loadedId : (known?.versionId ?? null);
    this.#setFile.run(file.path, versionId, loadedId, now, fileId);
    if (!isSame || known.versionId !== versionId) this.#changes.note("workflows", fileId);
    if (file.accepted) this.#putPhases(fileId, loadedId, file, now, changes);
    this.#forgetIssues.run(fileId);
    for (const issue of file.issues) {
      this.#addIssue.run(
        fileId,
        loadedId,
        issue.severity,
        issue.code,
        issue.line,
        issue.column,
        issue.message,
        issue.remedy,
      );
    }
    return { name: file.name, versionId: versionId ?? 0, phaseIds: this.#phaseIds(fileId) };
  }

  #newVersion(fileId: number, { source, checksum, accepted, edit }: LoadedFile, now: number): number {
    const who = [edit?.by ?? null, edit?.reason ?? ""];
    return Number(this.#addVersion.run(fileId, source, checksum, accepted ? 1 : 0, now, ...who).lastInsertRowid);
  }

  #putPhases(
    fileId: number,
    versionId: number,
    { phases, onRemoved }: Pick<LoadedFile, "phases" | "onRemoved">,
    now: number,
    changes: PhaseChanges,
  ): void {
    const leaving = this.#phaseIds(fileId);
    const caps = new Map(this.#caps.all(fileId).map((row) => [row.key, row.cap]));
    for (const [before, after] of otherParents(phases, leaving, caps)) {
      this.#rekeyPhase.run(after, leaving.get(before));
      caps.set(after, caps.get(before) ?? null);
      leaving.delete(before);
    }
    const ids = new Map<string, number>();
    for (const phase of phases) {
      const row = this.#putPhase.get(fileId, phase.key, versionId, ...columnsOf(phase, now));
      if (row !== undefined) {
        ids.set(phase.key, row.id);
        this.#zones.put(row.id, phase.zone, now);
        if (phase.cap > 0 && caps.get(phase.key) === 0) changes.capped({ ...row, ...phase });
      }
      leaving.delete(phase.key);
    }
    for (const id of leaving.values()) this.#removePhase.run(now, onRemoved, id);
    for (const id of [...leaving.values(), ...ids.values()]) this.#forgetParents.run(id);
    for (const phase of phases) {
      for (const parent of phase.parents) {
        const parentId = ids.get(parent);
        if (parentId !== undefined) this.#addParent.run(ids.get(phase.key), parentId);
      }
    }
    for (const { key, takesOver = "" } of phases) {
      const [from, to] = [leaving.get(takesOver), ids.get(key)];
      if (from !== undefined && to !== undefined) changes.takenOver(from, to);
    }
  }

  /** A missing file's phases are removed with it; when it returns they get their old ids back. */
  #leave(name: string, now: number): void {
    this.#markGone.run(now, name);
    const file = this.#file.get(name);
    if (file === undefined) return;
    this.#changes.note("workflows", file.id);
    for (const id of this.#phaseIds(file.id).values()) {
      this.#removePhase.run(now, null, id);
      this.#forgetParents.run(id);
    }
    this.#forgetIssues.run(file.id);
  }

  #phaseIds(fileId: number): Map<string, number> {
    return new Map(this.#phases.all(fileId).map((row) => [row.key, row.id]));
  }
}

/**
 * Keys before and after of phases that only got other parents: they stay the same phases, with their tasks and schedules. A
 * join does not: what it waited for came of its parents.
 */
function otherParents(
  phases: readonly LoadedPhase[],
  inForce: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, unknown>,
): readonly (readonly [before: string, after: string])[] {
  const keys = new Set(phases.map(({ key }) => key));
  const taskOf = (key: string): string => key.slice(0, key.indexOf("<"));
  const gone = Map.groupBy(
    [...inForce.keys()].filter((key) => !keys.has(key)),
    taskOf,
  );
  if (gone.size === 0) return [];
  const fresh = Map.groupBy(
    phases.filter(({ key }) => !inForce.has(key)),
    ({ key }) => taskOf(key),
  );
  return [...fresh].flatMap(([task, [phase, ...more]]) => {
    const [before, ...others] = gone.get(task) ?? [];
    const isSame = before !== undefined && others.length + more.length === 0 && phase?.isJoin === false;
    return isSame && !known.has(phase.key) ? [[before, phase.key] as const] : [];
  });
}

/** The columns of a phase after its version, in the order of `workflow.put_phase`. */
function columnsOf(phase: LoadedPhase, now: number): readonly (string | number | null)[] {
  const { task, type, job, dependsOn, rule, template, retry, line, cap, onRemoved, paused } = phase;
  const { owner, description, runbook } = phase;
  const about = [owner, description, runbook];
  return [task, type, job, dependsOn, rule, template, retry, line, cap, onRemoved, paused ? now : null, ...about];
}
