import { explainStop } from "../../core/glob/explain-stop.ts";
import { explain } from "../../core/why/explain.ts";
import type { FileHistory, NearMissRow } from "../../store/file-queries.ts";
import type { DecisionRow } from "../../core/why/explain.ts";

/** What is known of a file event, with sentences for people. */
export interface DescribedFile extends Omit<FileHistory, "near_misses" | "decisions"> {
  readonly near_misses: readonly (NearMissRow & { readonly sentence: string })[];
  readonly decisions: readonly (DecisionRow & { readonly sentence: string })[];
}

/** `instanceZone` counts where the event matched no phase. */
export function describeFile(history: FileHistory, instanceZone: string): DescribedFile {
  const zone = history.event.task_zone ?? instanceZone;
  return {
    ...history,
    near_misses: history.near_misses.map((miss) => ({ ...miss, sentence: explainStop(miss, history.event.path) })),
    decisions: history.decisions.map((decision) => ({ ...decision, sentence: explain(decision, zone) })),
  };
}
