import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  fileAnalyticsAnswer,
  fileAnswer,
  fileCountsAnswer,
  filesAnswer,
  verdictsAnswer,
} from "../../../src/contract/api/files/file-list-api.ts";
import { get } from "../../services/api.ts";
import type { Span } from "./range.ts";
import type { FilesSearch } from "./search.ts";

type FilesAnswer = z.output<typeof filesAnswer>;
export type ShownFile = FilesAnswer["files"][number];
export type FileHistory = z.output<typeof fileAnswer>;
export type FileCounts = z.output<typeof fileCountsAnswer>;

const PAGE = 100;

/** What is asked of the list, as the API names it. */
export interface FilesAsked {
  readonly state?: string;
  readonly type?: string;
  readonly job?: string;
  readonly workflow?: string;
  readonly task_time?: string;
  readonly path?: string;
  readonly since?: string;
  readonly until?: string;
}

/** A text without `*` and `?` is a part of the path, unless it begins as one. */
export function pathFilterOf(path: string): string {
  return /[*?]/.test(path) || /^(?:\/|[a-z][\w+.-]*:\/\/)/i.test(path) ? path : `*${path}*`;
}

export function askedOf({ state, type, job, workflow, time, path }: FilesSearch, { from, until }: Span): FilesAsked {
  const text = (at: number): string => new Date(at).toISOString();
  return {
    ...(state === undefined ? {} : { state }),
    ...(type === undefined ? {} : { type }),
    ...(job === undefined || type === undefined ? {} : { job }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(time === undefined || (type === undefined && workflow === undefined) ? {} : { task_time: time }),
    ...(path === undefined ? {} : { path: pathFilterOf(path) }),
    ...(from === null ? {} : { since: text(from) }),
    ...(until === null ? {} : { until: text(until) }),
  };
}

/** Page by page, the newest first. */
export function filesQuery(asked: FilesAsked) {
  return infiniteQueryOptions({
    queryKey: ["files", "list", asked],
    queryFn: ({ pageParam: cursor, signal }) =>
      get<FilesAnswer>("/api/files", { ...asked, limit: PAGE, cursor }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** How many there are of each state, whichever is chosen. */
export function countsQuery({ state: _state, ...asked }: FilesAsked) {
  return queryOptions({
    queryKey: ["files", "counts", asked],
    queryFn: ({ signal }) => get<FileCounts>("/api/files/counts", { ...asked }, signal),
    placeholderData: keepPreviousData,
  });
}

export function fileQuery(id: number) {
  return queryOptions({
    queryKey: ["files", "one", id],
    queryFn: ({ signal }) => get<FileHistory>(`/api/files/${id}`, {}, signal),
  });
}

/** While somebody reads why a file was not picked up, its phase may be mended: rows stay, but this is asked again. */
const MENDED_MS = 5000;

/** What the phases in force make of a path. */
export function verdictsQuery(path: string) {
  return queryOptions({
    refetchInterval: MENDED_MS,
    queryKey: ["workflows", "verdicts", path],
    queryFn: ({ signal }) => get<z.output<typeof verdictsAnswer>>("/api/files/verdicts", { path }, signal),
    staleTime: MENDED_MS,
  });
}

/** The newest of any day; null: there is none. */
export function newestFileQuery(asked: FilesAsked) {
  return queryOptions({
    queryKey: ["files", "newest", asked],
    queryFn: async ({ signal }) => {
      const { files } = await get<FilesAnswer>("/api/files", { ...asked, limit: 1 }, signal);
      return files[0] ?? null;
    },
  });
}

/** When the files of each phase usually come. */
export const usualFilesQuery = queryOptions({
  queryKey: ["files", "usual"],
  queryFn: async ({ signal }) => {
    const { phases } = await get<z.output<typeof fileAnalyticsAnswer>>("/api/files/analytics", { limit: 20 }, signal);
    return phases;
  },
  staleTime: 60_000,
});
