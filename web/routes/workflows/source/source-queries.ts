import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { diffAnswer, validateAnswer } from "../../../../src/contract/api/workflows/inspect-api.ts";
import type {
  issuesAnswer,
  sourceAnswer,
  versionsAnswer,
} from "../../../../src/contract/api/workflows/workflow-api.ts";
import { change, get } from "../../../services/api.ts";

export type Version = z.output<typeof versionsAnswer>["versions"][number];
export type SourceText = z.output<typeof sourceAnswer>;
export type Validated = z.output<typeof validateAnswer>;
export type Issue = Validated["issues"][number];

/** Versions that are listed; who needs an older one has its number. */
const MAX_VERSIONS = 100;
const MAX_ISSUES = 500;

/** The text of a version of a file; it never changes. */
export function sourceQuery(path: string, version: number | null) {
  return queryOptions({
    queryKey: ["workflows", "source", path, version],
    queryFn: ({ signal }) => get<SourceText>("/api/workflows/source", { path, version }, signal),
    staleTime: 30_000,
  });
}

/** The newest first. */
export function versionsQuery(path: string) {
  return queryOptions({
    queryKey: ["workflows", "versions", path],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof versionsAnswer>>("/api/workflows/versions", { path, limit: MAX_VERSIONS }, signal))
        .versions,
    staleTime: 30_000,
  });
}

/** Of the newest version, and of the one in force. */
export function issuesQuery(path: string) {
  return queryOptions({
    queryKey: ["workflows", "issues", path],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof issuesAnswer>>("/api/workflows/issues", { path, limit: MAX_ISSUES }, signal)).issues,
    staleTime: 30_000,
  });
}

export function diffQuery(path: string, from: number, to: number) {
  return queryOptions({
    queryKey: ["workflows", "diff", path, from, to],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof diffAnswer>>("/api/workflows/diff", { path, from, to }, signal)).lines,
    staleTime: Infinity,
  });
}

/** What a text would be as this file. While the next is asked about, the last stays. */
export function validateQuery(path: string, text: string) {
  return queryOptions({
    queryKey: ["validated", path, text],
    queryFn: () => change<Validated>("POST", "/api/workflows/validate", { path, text, ticks: 5 }),
    staleTime: 30_000,
    gcTime: 30_000,
    placeholderData: keepPreviousData,
  });
}
