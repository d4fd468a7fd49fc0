import { useQuery } from "@tanstack/react-query";
import { phasesQuery } from "../../../services/queries.ts";
import { habitsQuery, type PhaseHabit } from "./arrivals-queries.ts";

/** A phase in force that waits for files. */
export interface WaitingPhase {
  /** As addresses name it: `extract:clicks`, or its id where several files have that. */
  readonly key: string;
  readonly id: number;
  readonly task: string;
  readonly workflow: string;
  readonly line: number;
  readonly pattern: string;
  /** RFC 3339: task times of which no file came. */
  readonly gaps: readonly string[];
}

interface Node {
  readonly phase_id: number;
  readonly task: string;
  readonly workflow: string;
  readonly line: number;
  readonly trigger: { readonly files: string | null };
}

/** By name. */
export function waitingPhases(
  nodes: readonly Node[],
  habits: readonly Pick<PhaseHabit, "phase_id" | "gaps">[],
): readonly WaitingPhase[] {
  const gaps = new Map(habits.map((habit) => [habit.phase_id, habit.gaps]));
  const waiting = nodes.filter(({ trigger }) => trigger.files !== null);
  const named = Map.groupBy(nodes, ({ task }) => task);
  return waiting
    .map(({ phase_id: id, task, workflow, line, trigger }) => ({
      key: (named.get(task) ?? []).length === 1 ? task : String(id),
      id,
      task,
      workflow,
      line,
      pattern: trigger.files ?? "",
      gaps: gaps.get(id) ?? [],
    }))
    .toSorted((a, b) => (a.task < b.task ? -1 : a.task > b.task ? 1 : a.id - b.id));
}

/** The one that is asked for; else the one whose file is missing since last, else the first. */
export function chosenPhase(phases: readonly WaitingPhase[], asked: string | undefined): WaitingPhase | undefined {
  const named = phases.find(({ key, id }) => key === asked || String(id) === asked);
  if (named !== undefined || asked !== undefined) return named;
  const late = phases.filter(({ gaps }) => gaps.length > 0);
  return late.toSorted((a, b) => ((a.gaps.at(-1) ?? "") > (b.gaps.at(-1) ?? "") ? -1 : 1))[0] ?? phases[0];
}

/** Undefined while they are loaded. */
export function useWaitingPhases(): readonly WaitingPhase[] | undefined {
  const { data } = useQuery(phasesQuery);
  const { data: habits, isPending } = useQuery(habitsQuery);
  return data === undefined || isPending ? undefined : waitingPhases(data.nodes, habits ?? []);
}
