import { secondsText } from "../../contract/time/instant.ts";
import type { Reload } from "../../engine/workflows/reload-workflows.ts";
import type { PausedStatus } from "../../http/status-report.ts";

/** The pauses in force: those that people asked for first, then those of the files. */
export function pausedIn({
  files,
  graph,
  pauses,
}: Pick<Reload, "files" | "graph" | "pauses">): readonly PausedStatus[] {
  const byPeople = pauses.flatMap(({ phaseId, since, until, by, reason }) => {
    const { workflow = "", task = "" } = graph.byId.get(phaseId) ?? {};
    if (phaseId !== 0 && task === "") return [];
    const times = { since: secondsText(since), until: until === null ? null : secondsText(until) };
    return [{ workflow, task, ...times, by, reason }];
  });
  const inFiles = files.flatMap(({ phasesInForce }) => phasesInForce.filter(({ rule }) => rule.paused));
  const none = { since: null, until: null, by: null, reason: null };
  return [...byPeople, ...inFiles.map(({ workflow, task }) => ({ workflow, task, ...none }))];
}
