import type { z } from "zod";
import type { graphAnswer } from "../../../../src/contract/api/workflows/plan-api.ts";

type Graph = z.output<typeof graphAnswer>;
export type Phase = Graph["nodes"][number];

export interface Phases {
  readonly all: readonly Phase[];
  /** The phase of an address; null: none in force. */
  readonly one: (name: string, workflow: string) => Phase | null;
  readonly children: (phase: Phase) => readonly Phase[];
}

/** The phases in force, by their names. */
export function phasesOf({ nodes, edges }: Graph): Phases {
  const byId = new Map(nodes.map((node) => [node.phase_id, node]));
  return {
    all: nodes.toSorted((a, b) => (a.task < b.task ? -1 : 1)),
    one: (name, workflow) =>
      nodes.find((node) => nameOf(node) === name && (workflow === "" || node.workflow === workflow)) ?? null,
    children: ({ phase_id: id }) =>
      edges.flatMap(({ from, to }) => {
        const child = from === id ? byId.get(to) : undefined;
        return child === undefined ? [] : [child];
      }),
  };
}

/** `TYPE:JOB`, `TYPE` */
export function nameOf({ type, job }: Pick<Phase, "type" | "job">): string {
  return job === "" ? type : `${type}:${job}`;
}
