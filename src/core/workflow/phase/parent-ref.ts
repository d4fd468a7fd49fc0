import { taskName } from "../../task/task-name.ts";
import type { ParentRef, Phase } from "../phase.ts";

/** `sales.toml: load:daily`; a name that does not end in `.toml` needs the space. */
const IN_FILE = /^(?:([^:]*\.toml)\s*:\s*|([^:]+):\s+)(\S.*)$/i;

/**
 * `type` or `type:job` of the same file, or of another one with its name before it. Anything after a second colon of the task
 * is ignored (`check` says so), an empty job is none.
 */
export function parentOf(text: string, own: string): ParentRef {
  const match = IN_FILE.exec(text);
  const workflow = (match?.[1] ?? match?.[2])?.trim() ?? own;
  const [type = "", job = ""] = (match?.[3] ?? text).split(":");
  const ref = { type, job: job === "" ? null : job };
  return workflow === own ? ref : { ...ref, workflow };
}

/** The part of a text that names the task. */
export function taskPart(text: string): string {
  return IN_FILE.exec(text)?.[3] ?? text;
}

/** Whether the parent is of another file. */
export function isForeign(ref: ParentRef): ref is ParentRef & { readonly workflow: string } {
  return ref.workflow !== undefined;
}

/** As `dependsOn` writes it. */
export function parentName(ref: ParentRef): string {
  return isForeign(ref) ? `${ref.workflow}: ${taskName(ref)}` : taskName(ref);
}

/** The file whose tasks the reference means. */
export function workflowOfParent(ref: ParentRef, { workflow }: Pick<Phase, "workflow">): string {
  return ref.workflow ?? workflow;
}

/** The phases of these that depend on a task of another file which none of them makes, each with the parent. */
export function withoutParent(
  phases: readonly Phase[],
): readonly { readonly phase: Phase; readonly parent: ParentRef }[] {
  const makes = Map.groupBy(phases, ({ workflow }) => workflow);
  return phases.flatMap((phase) =>
    phase.dependsOn.flatMap((parent) => {
      if (!isForeign(parent)) return [];
      const { type, job } = parent;
      const isMade = makes.get(parent.workflow)?.some((one) => one.type === type && (job === null || one.job === job));
      return isMade === true ? [] : [{ phase, parent }];
    }),
  );
}
