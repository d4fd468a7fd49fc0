import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TaskActionAnswer } from "../../src/contract/api/tasks/task-control-api.ts";
import { change } from "../services/api.ts";
import type { Selection } from "./ask.ts";

/** While the dialog asks, what it asks about is counted again. */
const AGAIN_MS = 5000;

/** A mark is only read with what it is made of, also where it is only tried. */
const TRIED = { retry: {}, cancel: {}, mark: { result: "skipped", reason: "to count them" } } as const;

interface Tried {
  readonly answer: TaskActionAnswer | undefined;
  readonly error: Error | null;
  /** How many tasks it would be, which the person has accepted; null: not known yet. */
  readonly count: number | null;
  /** How many it would be now, where that is another number. */
  readonly differs: number | null;
  readonly accept: () => void;
  readonly again: () => void;
}

/** What an action would do, without doing it. */
export function useTried(action: keyof typeof TRIED, selection: Selection): Tried {
  const [accepted, setAccepted] = useState<number | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["tried", action, selection],
    queryFn: () =>
      change<TaskActionAnswer>("POST", "/api/tasks/actions", { action, ...TRIED[action], ...selection, dry_run: true }),
    refetchInterval: "query" in selection ? AGAIN_MS : false,
    gcTime: 0,
    staleTime: 0,
  });
  const now = data?.count ?? null;
  const count = accepted ?? now;
  if (accepted === null && now !== null) setAccepted(now);
  return {
    answer: data,
    error,
    count,
    differs: now === count ? null : now,
    accept: () => setAccepted(now),
    again: () => void refetch(),
  };
}
