import {
  issuesAnswer,
  issuesQuery,
  sourceAnswer,
  sourceQuery,
  versionsAnswer,
  versionsQuery,
  workflowAnswer,
  workflowQuery,
  workflowsAnswer,
  workflowsQuery,
} from "../../../contract/api/workflows/workflow-api.ts";
import { isInScope, type Scope } from "../../../contract/api/access/scope.ts";
import { DomainError } from "../../../contract/domain-error.ts";
import type { Pause } from "../../../store/pauses.ts";
import type { WorkflowPhaseRow, WorkflowRow, WorkflowVersionRow } from "../../../store/workflow-queries.ts";
import { askedPage, paginationOf, totalSeen } from "../../api/cursor.ts";
import type { ApiDeps } from "../../api/deps.ts";
import { rowsWithin } from "../../api/rows-within.ts";
import { route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";

/** Issues of what one file expects of another, behind the last of those of the files. */
const MAX_MISSING = 500;

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/workflows",
    summary: "Workflow files, by their paths.",
    role: "viewer",
    scope: "rows",
    rarelyChanges: true,
    query: workflowsQuery,
    answer: workflowsAnswer,
    async handle({ query, scope }, { reads }) {
      const page = askedPage(query.cursor, query);
      const { limit, removed } = query;
      const found = await rowsWithin(
        { after: typeof page.after === "string" ? page.after : "", limit: limit + 1 },
        (next) => reads.workflows.list({ ...next, removed }),
        ({ name }) => name,
        ({ name: workflow }) => isInScope(scope, { workflow }),
      );
      const rows = found.slice(0, limit);
      const last = found.length > rows.length ? (rows.at(-1)?.name ?? null) : null;
      const total =
        scope === null
          ? ({ total: await reads.workflows.count(removed), total_is: "exact" } as const)
          : totalSeen(page, limit, found.length);
      return {
        workflows: rows.map((row) => ({ ...fileJson(row), phases: row.phases })),
        pagination: paginationOf(page, query, last, total),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/file",
    summary: "A workflow file with its phases in force.",
    role: "viewer",
    scope: "named",
    rarelyChanges: true,
    query: workflowQuery,
    answer: workflowAnswer,
    async handle({ query, scope }, deps) {
      const { reads, runtime } = deps;
      const file = await fileOf(query.path, scope, deps);
      const [phases, pauses] = await Promise.all([reads.workflows.phases(file.id), reads.lineage.pauses()]);
      return {
        ...fileJson(file),
        phases: phases.map(({ paused_since: since, ...phase }) => ({
          ...phase,
          zone: phase.zone ?? runtime.zone,
          paused: pausedJson(phase.id, since, pauses),
        })),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/versions",
    summary: "The versions of a workflow file that were read, the newest first.",
    role: "viewer",
    scope: "named",
    rarelyChanges: true,
    query: versionsQuery,
    answer: versionsAnswer,
    async handle({ query, scope }, deps) {
      const page = askedPage(query.cursor, query);
      const file = await fileOf(query.path, scope, deps);
      const before = typeof page.after === "number" ? page.after : null;
      const found = await deps.reads.workflows.versions(file.id, before, query.limit + 1);
      const rows = found.slice(0, query.limit);
      const last = found.length > rows.length ? (rows.at(-1)?.id ?? null) : null;
      return {
        versions: rows.map(versionJson),
        pagination: paginationOf(page, query, last, totalSeen(page, query.limit, found.length)),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/source",
    summary: "The text of a workflow file, of any version.",
    role: "viewer",
    scope: "named",
    rarelyChanges: true,
    query: sourceQuery,
    answer: sourceAnswer,
    async handle({ query, scope }, deps) {
      const file = await fileOf(query.path, scope, deps);
      const { source, ...version } = await versionOf(file, query.version ?? null, deps);
      return { ...versionJson(version), source, edit_refused: deps.acts.editor.refusalOf(source) };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/issues",
    summary: "What is wrong with the workflow files, and what to do.",
    role: "viewer",
    scope: "rows",
    rarelyChanges: true,
    query: issuesQuery,
    answer: issuesAnswer,
    async handle({ query, scope }, deps) {
      const page = askedPage(query.cursor, query);
      const { path = null, severity = null, limit } = query;
      if (path !== null) await fileOf(path, scope, deps);
      const found = await rowsWithin(
        { after: typeof page.after === "number" ? page.after : 0, limit: limit + 1 },
        (next) => deps.reads.workflows.issues({ ...next, workflow: path, severity }),
        ({ id }) => id,
        ({ workflow }) => isInScope(scope, { workflow }),
      );
      const rows = found.slice(0, limit);
      const last = found.length > rows.length ? (rows.at(-1)?.id ?? null) : null;
      const isAsked = last === null && severity !== "error";
      const missing = isAsked ? deps.queries.missingParents(path).slice(0, MAX_MISSING) : [];
      return {
        issues: [
          ...rows.map(({ id: _id, workflow, ...row }) => ({ path: workflow, ...row })),
          ...missing.map(({ file, ...row }) => ({ path: file, ...row })),
        ],
        pagination: paginationOf(page, query, last, totalSeen(page, limit, found.length)),
      };
    },
  }),
];

/** A file is in a scope by its path: its text has all of its types. Throws DomainError. */
export async function fileOf(
  path: string,
  scope: Scope | null,
  { reads }: Pick<ApiDeps, "reads">,
): Promise<WorkflowRow> {
  const file = isInScope(scope, { workflow: path }) ? await reads.workflows.one(path) : null;
  if (file !== null) return file;
  throw new DomainError(
    "not_found",
    "unknown_workflow",
    `No workflow file ${JSON.stringify(path)} has ever been read; GET /api/workflows?removed=true lists them.`,
  );
}

/** A file that has phases in the scope, or is in it by its path. Throws DomainError. */
export async function requireFile(
  path: string,
  scope: Scope | null,
  deps: Pick<ApiDeps, "reads" | "instance">,
): Promise<void> {
  const { phases } = deps.instance.graph();
  if (scope !== null && phases.some((phase) => phase.workflow === path && isInScope(scope, phase))) return;
  await fileOf(path, scope, deps);
}

/** `id` null: the one in force, or else the newest. Throws DomainError. */
export async function versionOf(
  { id: fileId, name, version_id: inForce, newest_version_id: newest }: WorkflowRow,
  id: number | null,
  { reads }: Pick<ApiDeps, "reads">,
): Promise<WorkflowVersionRow & { readonly source: string }> {
  const asked = id ?? inForce ?? newest ?? 0;
  const version = await reads.workflows.source(fileId, asked);
  if (version !== null) return version;
  throw new DomainError(
    "not_found",
    "unknown_version",
    `${name} has no version ${asked}; GET /api/workflows/versions lists those that it has.`,
  );
}

function fileJson({ name, accepted, loaded_at: loaded, removed_at: removed, ...row }: WorkflowRow) {
  const { version_id, newest_version_id, versions, version, errors, warnings } = row;
  const isOlder = version_id === null ? "rejected" : "last_good";
  const state: "in_force" | "last_good" | "rejected" | "removed" =
    removed === null ? (accepted === 1 ? "in_force" : isOlder) : "removed";
  const times = { loaded_at: timeText(loaded), removed_at: timeText(removed) };
  return { path: name, state, version_id, newest_version_id, versions, version, ...times, errors, warnings };
}

function versionJson({ accepted, loaded_at: loaded, ...version }: WorkflowVersionRow) {
  return { ...version, accepted: accepted === 1, loaded_at: timeText(loaded) };
}

/** By a person (of the phase, or else of all), or by its file. */
function pausedJson(phaseId: number, since: WorkflowPhaseRow["paused_since"], pauses: readonly Pause[]) {
  const own = pauses.find((one) => one.phaseId === phaseId);
  const pause = own ?? (since === null ? pauses.find((one) => one.phaseId === 0) : undefined);
  if (pause !== undefined) {
    const { by, reason } = pause;
    return { since: timeText(pause.since), until: timeText(pause.until), by, reason };
  }
  return since === null ? null : { since: timeText(since), until: null, by: null, reason: null };
}
