import type { ByHand } from "../../contract/api/from-person.ts";
import { capOrNone } from "../../core/decide/slots.ts";
import { formerJoins } from "../../core/workflow/joins/join-plans.ts";
import { isForeign } from "../../core/workflow/phase/parent-ref.ts";
import { taskZonesOf } from "../../core/workflow/offset.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { WorkflowFile } from "../../core/workflow/workflow-file.ts";
import type { LoadedFile, LoadedPhase } from "../../store/workflow-versions.ts";
import type { FoundFile } from "./workflow-files.ts";

/** A file as it was read, before it is taken. */
export interface Draft {
  readonly file: FoundFile;
  readonly parsed: WorkflowFile;
  /** The phases of an edited file with joins, as they were. */
  readonly before: readonly Phase[];
}

/** As the store keeps it. `zone` is that of phases that name none; `edit`: who saved it here. */
export function toLoaded({ file, parsed, before }: Draft, zone: string, edit: ByHand | null): LoadedFile {
  const former = formerJoins(before, parsed.phases);
  const { name, path, source, checksum } = file;
  const byType = Map.groupBy(parsed.phases.entries(), ([, { type }]) => type);
  const zoneOfTask = taskZonesOf(parsed.phases, zone);
  return {
    name,
    path,
    source,
    checksum,
    accepted: parsed.accepted,
    edit,
    onRemoved: parsed.onRemoved,
    issues: parsed.issues,
    phases: parsed.phases.map((phase) => ({
      ...toLoadedPhase(phase, byType, zoneOfTask(phase)),
      takesOver: former.get(phase.key)?.key,
    })),
  };
}

/** With their positions in the file. */
type PhasesByType = ReadonlyMap<string, readonly (readonly [position: number, phase: Phase])[]>;

function toLoadedPhase(phase: Phase, byType: PhasesByType, zone: string): LoadedPhase {
  const {
    key,
    task,
    type,
    job,
    dependsOnText: dependsOn,
    ruleText: rule,
    template,
    retry,
    line,
    dependsOn: refs,
  } = phase;
  const own = refs.filter((ref) => !isForeign(ref));
  const isParent = (one: Phase): boolean =>
    own.some((ref) => ref.type === one.type && (ref.job === null || ref.job === one.job));
  const types = new Set(own.map((ref) => ref.type));
  const named = [...types].flatMap((one) => byType.get(one) ?? []).filter(([, one]) => isParent(one));
  const parents = named.toSorted(([a], [b]) => a - b).map(([, one]) => one.key);
  const { onRemoved, paused } = phase.rule;
  return {
    key,
    task,
    type,
    job,
    dependsOn,
    rule,
    template,
    retry,
    line,
    zone,
    cap: capOrNone(phase),
    paused,
    isJoin: phase.rule.join === "all",
    onRemoved,
    ...phase.about,
    parents,
  };
}
