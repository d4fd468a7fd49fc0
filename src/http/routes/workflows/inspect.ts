import { diffAnswer, diffQuery, validateAnswer, validateRequest } from "../../../contract/api/workflows/inspect-api.ts";
import { route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";
import { fileOf, versionOf } from "./files.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/workflows/validate",
    summary: "What a text would be as a workflow file: its issues, its next ticks and its graph. Nothing is stored.",
    role: "viewer",
    reads: true,
    scope: "rows",
    body: validateRequest,
    answer: validateAnswer,
    async handle({ body: { path, text, ticks: count }, scope }, { queries }) {
      const { accepted, issues, phases, edges, ticks } = await queries.validate(path, text, count, scope);
      return {
        accepted,
        issues: issues.map(({ file, ...rest }) => ({ path: file, ...rest })),
        phases: [...phases],
        edges: [...edges],
        ticks: ticks.map(({ id, at, taskTime, zone }) => ({
          id,
          scheduled_at: timeText(at),
          task_time: taskTime,
          zone,
        })),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/diff",
    summary: "What changed between two versions of a workflow file.",
    role: "viewer",
    scope: "named",
    query: diffQuery,
    answer: diffAnswer,
    async handle({ query, scope }, deps) {
      const file = await fileOf(query.path, scope, deps);
      const from = await versionOf(file, query.from, deps);
      const to = await versionOf(file, query.to ?? file.newest_version_id, deps);
      return { from: from.id, to: to.id, lines: [...(await deps.queries.diff(from.source, to.source))] };
    },
  }),
];
