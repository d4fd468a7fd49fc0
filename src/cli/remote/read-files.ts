import {
  fileAnalyticsAnswer,
  fileAnswer,
  filesAnswer,
  verdictsAnswer,
} from "../../contract/api/files/file-list-api.ts";
import type { z } from "zod";
import type { ExplainedDecision } from "../../core/why/explain.ts";
import type { FileHistory, FileRow, FileTotals } from "../../store/file-queries.ts";
import { isoTime } from "../output/times.ts";
import type { FileReads, ShownFile, ShownPhaseFiles } from "../reads/file-reads.ts";
import { type ApiClient, orNull } from "./api-client.ts";
import { pagesOf } from "./pages.ts";
import { notesOf, rowOf, rowsOf, type ShownRow } from "./rows.ts";

/** Phases of a page. */
const PAGE = 50;

export function remoteFileReads(client: ApiClient): FileReads {
  async function shown(id: number): Promise<ShownFile | null> {
    const found = await orNull("unknown_file", client.get(`/api/files/${id}`, fileAnswer));
    if (found === null) return null;
    const { file, notes, matches, tasks, written_by, near_misses: misses, decisions, earlier, later } = found;
    return {
      history: {
        event: rowOf<FileRow>(file),
        matches,
        tasks,
        written_by,
        near_misses: misses.map(({ sentence: _sentence, ...miss }) => miss),
        earlier: rowsOf<FileHistory["earlier"][number]>(earlier),
        later: rowsOf<FileHistory["later"][number]>(later),
      },
      decisions: rowsOf<ExplainedDecision>(decisions),
      notes: notesOf("file", id, notes),
    };
  }
  return {
    list: async ({ matched, phase, path, since, until }, number, before) => {
      const times = { since: isoTime(since), until: isoTime(until) };
      const query = { matched, type: phase?.type, job: phase?.job, path, ...times, before };
      const page = await pagesOf(client, "/api/files", filesAnswer, { query, number }, ({ files }) => files);
      const rows = page.rows.map(({ notes: _notes, phases: _phases, nearest: _nearest, made: _made, ...file }) =>
        rowOf<FileRow>(file),
      );
      return {
        rows,
        notes: page.rows.flatMap(({ id, notes }) => notesOf("file", id, notes)),
        next: page.isMore ? (rows.at(-1)?.id ?? null) : null,
      };
    },
    shown,
    newest: async (path) => {
      // Of a path with * or ? others may be listed first: they stand for characters there.
      const literal = path.replaceAll(/[*?]/g, "?");
      let cursor: string | null = null;
      do {
        const page: z.output<typeof filesAnswer> = await client.get("/api/files", filesAnswer, {
          path: literal,
          cursor,
        });
        const found = page.files.find((file) => file.path === path);
        if (found !== undefined) return await shown(found.id);
        cursor = page.pagination.next_cursor;
      } while (cursor !== null);
      return null;
    },
    verdicts: async (path) => ({
      ...(await client.get("/api/files/verdicts", verdictsAnswer, { path })),
      rejected: [],
    }),
    stats: async ({ since, until, phase }) => {
      const query = { since: isoTime(since), until: isoTime(until), type: phase?.type, job: phase?.job, limit: PAGE };
      let all: FileTotals | null = null;
      const phases: ShownPhaseFiles[] = [];
      let cursor: string | null = null;
      do {
        const page: z.output<typeof fileAnalyticsAnswer> = await client.get(
          "/api/files/analytics",
          fileAnalyticsAnswer,
          { ...query, cursor },
        );
        if (all === null && page.all !== null) all = totalsOf(page.all);
        phases.push(...page.phases.map(totalsOf));
        cursor = page.pagination.next_cursor;
      } while (cursor !== null);
      return { all, phases };
    },
  };
}

function totalsOf<T extends { readonly hours: readonly ShownRow<FileTotals["hours"][number]>[] }>({
  hours,
  ...totals
}: T) {
  return { ...totals, hours: rowsOf<FileTotals["hours"][number]>(hours) };
}
