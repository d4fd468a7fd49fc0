import {
  fileAnalyticsAnswer,
  fileAnalyticsQuery,
  fileAnswer,
  fileCountsAnswer,
  fileCountsQuery,
  fileParams,
  filesAnswer,
  filesQuery,
  matchFilesAnswer,
  matchFilesRequest,
  reportFileAnswer,
  reportFileRequest,
  verdictsAnswer,
  verdictsQuery,
} from "../../../contract/api/files/file-list-api.ts";
import { DomainError } from "../../../contract/domain-error.ts";
import { DAY } from "../../../contract/time/time-units.ts";
import { describeFile } from "../../../engine/files/describe-file.ts";
import { fileAnalytics, type FileAnalytics } from "../../../engine/files/file-analytics.ts";
import { fileFilter, type FilesAsked } from "../../../engine/files/file-filter.ts";
import { matchPattern } from "../../../engine/files/match-pattern.ts";
import { notesOn } from "../../../engine/notes/notes-on.ts";
import { pageOf } from "../../api/page.ts";
import { route } from "../../api/route.ts";
import { requestTime, timeText } from "../../request-time.ts";
import { fileOf, totalsOf } from "./file-rows.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/files",
    summary: "File events, the newest first.",
    role: "viewer",
    records: true,
    query: filesQuery,
    answer: filesAnswer,
    async handle({ query }, { reads, runtime }) {
      const filter = filterOf(query);
      const { rows, pagination } = await pageOf(query, async (before) => {
        const { events, next } = await reads.files.list(filter, { limit: query.limit, before });
        return { rows: events, next };
      });
      const ids = rows.map(({ id }) => id);
      const notesOf = await notesOn("file", ids, reads);
      const outcomes = new Map((await reads.files.outcomes(ids)).map((outcome) => [outcome.id, outcome]));
      return {
        files: rows.map((row) => {
          const { phases = [], nearest = null, made = [] } = outcomes.get(row.id) ?? {};
          return {
            ...fileOf(row, runtime.zone),
            notes: notesOf(row.id),
            phases: [...phases],
            nearest,
            made: [...made],
          };
        }),
        pagination,
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/files/counts",
    summary: "How many file events there are of each state.",
    role: "viewer",
    records: true,
    query: fileCountsQuery,
    answer: fileCountsAnswer,
    async handle({ query }, { reads }) {
      const { isCut, ...counts } = await reads.files.counts(filterOf(query));
      return { ...counts, total_is: isCut ? ("at_least" as const) : ("exact" as const) };
    },
  }),
  route({
    method: "GET",
    path: "/api/files/analytics",
    summary:
      "File events by phase: how many, how large, how fast they were handled, when they come and which are missing.",
    role: "viewer",
    records: true,
    query: fileAnalyticsQuery,
    answer: fileAnalyticsAnswer,
    async handle({ query }, { reads, runtime }) {
      const until = requestTime("until", query.until ?? null, "/query") ?? runtime.now();
      const since = requestTime("since", query.since ?? null, "/query") ?? until - DAY;
      const request = { since, until, phase: phaseOf(query), limit: query.limit };
      const found: FileAnalytics[] = [];
      const { rows, pagination } = await pageOf(query, async (after) => {
        const answer = await fileAnalytics({ ...request, after }, reads, runtime);
        found.push(answer);
        return { rows: answer.phases, next: answer.next };
      });
      const [{ all } = { all: null }] = found;
      return {
        all: all === null ? null : totalsOf(all),
        phases: rows.map((phase) => ({ ...totalsOf(phase), gaps: [...phase.gaps] })),
        pagination,
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/files/verdicts",
    summary: "Which phases in force a path matches, or comes nearest to, part by part of their patterns.",
    role: "viewer",
    query: verdictsQuery,
    answer: verdictsAnswer,
    handle: ({ query: { path } }, { queries }) => queries.verdicts(path),
  }),
  route({
    method: "GET",
    path: "/api/files/{id}",
    summary: "A file event: what it matched or nearly matched, its tasks, and what was decided.",
    role: "viewer",
    records: true,
    params: fileParams,
    answer: fileAnswer,
    async handle({ params: { id } }, { reads, runtime }) {
      const history = await reads.files.show(id);
      if (history === null)
        throw new DomainError("not_found", "unknown_file", `There is no file event ${id}: GET /api/files lists them.`);
      const { event, matches, tasks, near_misses: misses, decisions, ...rest } = describeFile(history, runtime.zone);
      const siblings = (list: typeof rest.earlier) =>
        list.map((one) => ({ ...one, received_at: timeText(one.received_at) }));
      return {
        file: fileOf(event, runtime.zone),
        notes: (await notesOn("file", [id], reads))(id),
        matches: [...matches],
        tasks: [...tasks],
        written_by: rest.written_by,
        near_misses: misses.map((miss) => ({ ...miss, tokens: [...miss.tokens] })),
        decisions: decisions.map(({ id: number, at, code, sentence, data }) => ({
          id: number,
          at: timeText(at),
          code,
          sentence,
          data: { ...data },
        })),
        earlier: siblings(rest.earlier),
        later: siblings(rest.later),
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/files",
    summary: "Report a file: it is handled as one that the bus reports, and its event answered.",
    role: "operator",
    creates: true,
    body: reportFileRequest,
    answer: reportFileAnswer,
    async handle({ body, caller }, { acts, runtime }) {
      const row = await acts.reportFile({
        path: body.path,
        size: body.size,
        lineCount: body.line_count,
        checksum: body.checksum,
        created: requestTime("created", body.created),
        eventId: body.event_id,
        by: caller.name,
        reason: body.reason,
      });
      return { file: fileOf(row, runtime.zone) };
    },
  }),
  route({
    method: "POST",
    path: "/api/files/match",
    summary: "Try a pattern on the newest file events.",
    role: "viewer",
    reads: true,
    body: matchFilesRequest,
    answer: matchFilesAnswer,
    async handle({ body }, { reads, runtime }) {
      const { matches, nearMisses, ...rest } = await matchPattern(body, reads, runtime);
      return {
        ...rest,
        matches: matches.map((row) => fileOf(row, runtime.zone)),
        near_misses: nearMisses.map(({ event, tokens, ...miss }) => ({
          id: event.id,
          path: event.path,
          tokens: [...tokens],
          ...miss,
        })),
      };
    },
  }),
];

function filterOf(query: Omit<FilesAsked, "since" | "until"> & Partial<Record<"since" | "until", string | undefined>>) {
  return fileFilter({
    ...query,
    since: requestTime("since", query.since ?? null, "/query"),
    until: requestTime("until", query.until ?? null, "/query"),
  });
}

function phaseOf({ type, job }: { readonly type?: string | undefined; readonly job?: string | undefined }) {
  return type === undefined ? null : { type, job: job ?? null };
}
