import { PhaseZones } from "./phase-zones.ts";
import type { HeldPhase } from "../../held-tasks.ts";
import type { AcceptedVersion, LoadedFile, LoadedPhase, SavedFile } from "../../workflow-versions.ts";
import type { Statement, Statements } from "../database/connection.ts";

interface WorkflowFileRow {
  readonly id: number;
  readonly versionId: number | null;
  readonly loadedId: number | null;
  readonly checksum: string | null;
}

/** Of held tasks whose phase is not on record. */
const NO_HOLDER = { task: "", workflow: "", cap: null, onRemoved: "release", removedAt: 0 } as const;

/** `workflow_files`, `workflow_versions`, `workflow_phases`, `workflow_dependencies` and `workflow_issues`. */
export class Workflows {
  readonly #file: Statement<WorkflowFileRow>;
  readonly #addFile: Statement;
  readonly #setFile: Statement;
  readonly #markGone: Statement;
  readonly #names: Statement<{ name: string }>;
  readonly #addVersion: Statement;
  readonly #phases: Statement<{ key: string; id: number }>;
  readonly #putPhase: Statement<{ id: number }>;
  readonly #removePhase: Statement;
  readonly #forgetParents: Statement;
  readonly #addParent: Statement;
  readonly #forgetIssues: Statement;
  readonly #addIssue: Statement;
  readonly #accepted: Statement<AcceptedVersion>;
  readonly #nameOfPhase: Statement<{ name: string }>;
  readonly #holder: Statement<Omit<HeldPhase, "phaseId" | "held">>;
  readonly #zones: PhaseZones;
  readonly #nameByPhase = new Map<number, string>();

  constructor(statements: Statements) {
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
      "INSERT INTO workflow_versions (file_id, source, checksum, accepted, loaded_at) VALUES (?, ?, ?, ?, ?)",
    );
    this.#phases = statements.prepare(
      "workflow.phases",
      "SELECT key, id FROM workflow_phases WHERE file_id = ? AND removed_at IS NULL",
    );
    this.#putPhase = statements.prepare(
      "workflow.put_phase",
      `INSERT INTO workflow_phases (file_id, key, version_id, task, type, job, depends_on, rule, template, retry, line,
         cap, on_removed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET version_id = excluded.version_id, task = excluded.task, type = excluded.type, job = excluded.job,
         depends_on = excluded.depends_on, rule = excluded.rule, template = excluded.template, retry = excluded.retry,
         line = excluded.line, cap = excluded.cap, on_removed = excluded.on_removed, removed_at = NULL
       RETURNING id`,
    );
    this.#removePhase = statements.prepare(
      "workflow.remove_phase",
      "UPDATE workflow_phases SET removed_at = ?, on_removed = ifnull(?, on_removed) WHERE id = ?",
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
    this.#holder = statements.prepare(
      "workflow.holder",
      `SELECT p.task, f.name AS workflow, p.cap, p.on_removed AS onRemoved, p.removed_at AS removedAt
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

  save(files: readonly LoadedFile[], now: number): readonly SavedFile[] {
    this.#nameByPhase.clear();
    const saved = files.map((file) => this.#save(file, now));
    const present = new Set(files.map((file) => file.name));
    for (const { name } of this.#names.all()) {
      if (!present.has(name)) this.#leave(name, now);
    }
    return saved;
  }

  accepted(): readonly AcceptedVersion[] {
    return this.#accepted.all().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  #save(file: LoadedFile, now: number): SavedFile {
    const known = this.#file.get(file.name);
    const fileId = known?.id ?? Number(this.#addFile.run(file.name, file.path, now).lastInsertRowid);
    const isSame = known !== undefined && known.loadedId !== null && known.checksum === file.checksum;
    // The same source is the same version, unless a newer program accepts a source that was refused.
    const loadedId =
      isSame && (known.versionId === known.loadedId) === file.accepted
        ? known.loadedId
        : Number(this.#addVersion.run(fileId, file.source, file.checksum, file.accepted ? 1 : 0, now).lastInsertRowid);
    const versionId = file.accepted ? loadedId : (known?.versionId ?? null);
    this.#setFile.run(file.path, versionId, loadedId, now, fileId);
    if (file.accepted) this.#putPhases(fileId, loadedId, file, now);
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

  #putPhases(
    fileId: number,
    versionId: number,
    { phases, onRemoved }: Pick<LoadedFile, "phases" | "onRemoved">,
    now: number,
  ): void {
    const leaving = this.#phaseIds(fileId);
    const ids = new Map<string, number>();
    for (const phase of phases) {
      const row = this.#putPhase.get(fileId, phase.key, versionId, ...columnsOf(phase));
      if (row !== undefined) {
        ids.set(phase.key, row.id);
        this.#zones.put(row.id, phase.zone, now);
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
  }

  /** A missing file's phases are removed with it; when it returns they get their old ids back. */
  #leave(name: string, now: number): void {
    this.#markGone.run(now, name);
    const file = this.#file.get(name);
    if (file === undefined) return;
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

/** The columns of a phase after its version, in the order of `workflow.put_phase`. */
function columnsOf(phase: LoadedPhase): readonly (string | number)[] {
  const { task, type, job, dependsOn, rule, template, retry, line, cap, onRemoved } = phase;
  return [task, type, job, dependsOn, rule, template, retry, line, cap, onRemoved];
}
