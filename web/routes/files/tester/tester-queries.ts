import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { change } from "../../../services/api.ts";
import type { MatchAnswer } from "./marks.ts";

export interface TriedPattern {
  readonly language: "files" | "files_glob";
  readonly pattern: string;
}

/** So many of the newest files are compared. */
export const NEWEST = 200;

/** Which of the newest files the pattern matches; an empty one is not asked. */
export function matchQuery({ language, pattern }: TriedPattern) {
  return queryOptions({
    queryKey: ["files", "match", language, pattern],
    queryFn: () => change<MatchAnswer>("POST", "/api/files/match", { language, pattern, newest: NEWEST }),
    enabled: pattern !== "",
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });
}
