import type {
  WorkflowIssueFilter,
  WorkflowIssueRow,
  WorkflowPhaseRow,
  WorkflowQueries,
  WorkflowRow,
  WorkflowVersionRow,
} from "../../workflow-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { PhaseFiguresReader } from "./phase-figures.ts";
import { PhaseHistory } from "./phase-history.ts";
import { RunFacts } from "./run-facts.ts";

const FILE_COLUMNS = `f.id, f.name, f.version_id, f.loaded_id AS newest_version_id, f.loaded_at, f.removed_at,
  (SELECT count(*) FROM workflow_versions v WHERE v.file_id = f.id) AS versions,
  (SELECT count(*) FROM workflow_versions v WHERE v.file_id = f.id AND v.id <= f.version_id) AS version,
  ifnull((SELECT v.accepted FROM workflow_versions v WHERE v.id = f.loaded_id), 0) AS accepted,
  (SELECT count(*) FROM workflow_phases p WHERE p.file_id = f.id AND p.removed_at IS NULL) AS phases,
  (SELECT count(*) FROM workflow_issues i WHERE i.file_id = f.id AND i.severity = 'error') AS errors,
  (SELECT count(*) FROM workflow_issues i WHERE i.file_id = f.id AND i.severity = 'warning') AS warnings`;
const VERSION_COLUMNS = "id, checksum, accepted, loaded_at, length(source) AS length, edited_by, edit_reason";
/** Of one file. */
const MAX_PHASES = 20_000;

/** Reads workflow files, their versions and issues. */
export class WorkflowReader {
  readonly history: PhaseHistory;
  readonly figures: PhaseFiguresReader;
  readonly runs: RunFacts;
  readonly #list: Statement<WorkflowRow>;
  readonly #count: Statement<{ rows: number }>;
  readonly #one: Statement<WorkflowRow>;
  readonly #phases: Statement<WorkflowPhaseRow>;
  readonly #versions: Statement<WorkflowVersionRow>;
  readonly #source: Statement<WorkflowVersionRow & { source: string }>;
  readonly #issues: Statement<WorkflowIssueRow>;
  readonly #issuesOf: Statement<WorkflowIssueRow>;

  constructor(statements: Statements) {
    this.history = new PhaseHistory(statements);
    this.figures = new PhaseFiguresReader(statements);
    this.runs = new RunFacts(statements);
    this.#list = statements.prepare(
      "workflows.list",
      `SELECT ${FILE_COLUMNS} FROM workflow_files f WHERE f.name > ? AND (f.removed_at IS NULL OR ?) ORDER BY f.name LIMIT ?`,
    );
    this.#count = statements.prepare(
      "workflows.count",
      "SELECT count(*) AS rows FROM workflow_files WHERE removed_at IS NULL OR ?",
    );
    this.#one = statements.prepare("workflows.one", `SELECT ${FILE_COLUMNS} FROM workflow_files f WHERE f.name = ?`);
    this.#phases = statements.prepare(
      "workflows.phases",
      `SELECT p.id, p.key, p.task, p.type, p.job, p.depends_on, p.rule, p.template, p.retry, p.line, p.owner, p.description, p.runbook,
         p.paused_since, (SELECT z.zone FROM phase_zones z WHERE z.phase_id = p.id ORDER BY z.since DESC LIMIT 1) AS zone
       FROM workflow_phases p WHERE p.file_id = ? AND p.removed_at IS NULL LIMIT ${MAX_PHASES}`,
    );
    this.#versions = statements.prepare(
      "workflows.versions",
      `SELECT ${VERSION_COLUMNS} FROM workflow_versions WHERE file_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    );
    this.#source = statements.prepare(
      "workflows.source",
      `SELECT ${VERSION_COLUMNS}, source FROM workflow_versions WHERE file_id = ? AND id = ?`,
    );
    const issues = (name: string, where: string): Statement<WorkflowIssueRow> =>
      statements.prepare(
        `workflows.${name}`,
        `SELECT i.id, f.name AS workflow, i.version_id, i.severity, i.code, i.line, i."column", i.message, i.remedy
         FROM workflow_issues i CROSS JOIN workflow_files f ON f.id = i.file_id
         WHERE i.id > ? AND (? IS NULL OR i.severity = ?) ${where} ORDER BY i.id LIMIT ?`,
      );
    this.#issues = issues("issues", "");
    this.#issuesOf = issues("issues_of", "AND i.file_id = (SELECT id FROM workflow_files WHERE name = ?)");
  }

  list(after: string, limit: number, removed: boolean): readonly WorkflowRow[] {
    return this.#list.all(after, removed ? 1 : 0, limit);
  }

  count(removed: boolean): number {
    return this.#count.get(removed ? 1 : 0)?.rows ?? 0;
  }

  one(name: string): WorkflowRow | null {
    return this.#one.get(name) ?? null;
  }

  phases(fileId: number): readonly WorkflowPhaseRow[] {
    return this.#phases.all(fileId).toSorted((a, b) => a.line - b.line || a.id - b.id);
  }

  versions(fileId: number, before: number | null, limit: number): readonly WorkflowVersionRow[] {
    return this.#versions.all(fileId, before ?? Number.MAX_SAFE_INTEGER, limit);
  }

  source(fileId: number, versionId: number): (WorkflowVersionRow & { readonly source: string }) | null {
    return this.#source.get(fileId, versionId) ?? null;
  }

  issues({ workflow, severity, after, limit }: WorkflowIssueFilter): readonly WorkflowIssueRow[] {
    return workflow === null
      ? this.#issues.all(after, severity, severity, limit)
      : this.#issuesOf.all(after, severity, severity, workflow, limit);
  }
}

export function workflowQueries(query: <T>(read: (reader: WorkflowReader) => T) => T): WorkflowQueries {
  return {
    list: async ({ after, limit, removed }) => query((reader) => reader.list(after, limit, removed)),
    count: async (removed) => query((reader) => reader.count(removed)),
    one: async (name) => query((reader) => reader.one(name)),
    phases: async (fileId) => query((reader) => reader.phases(fileId)),
    versions: async (fileId, before, limit) => query((reader) => reader.versions(fileId, before, limit)),
    source: async (fileId, versionId) => query((reader) => reader.source(fileId, versionId)),
    issues: async (filter) => query((reader) => reader.issues(filter)),
    lastTasks: async (phaseIds) => query(({ history }) => history.lastTasks(phaseIds)),
    figures: async (request) => query(({ figures }) => figures.of(request)),
    counts: async (since) => query(({ history }) => history.counts(since)),
    periodCounts: async (period, since) => query(({ history }) => history.periodCounts(period, since)),
    gridSizes: async (span) => query(({ history }) => history.gridSizes(span)),
    grid: async (request) => query(({ history }) => history.grid(request)),
    phaseTasks: async (request) => query(({ runs }) => runs.phaseTasks(request)),
    runRecords: async (recordIds) => query(({ runs }) => runs.records(recordIds)),
    runFiles: async (recordIds) => query(({ runs }) => runs.files(recordIds)),
    usualTimes: async (request) => query(({ runs }) => runs.usual(request)),
  };
}
