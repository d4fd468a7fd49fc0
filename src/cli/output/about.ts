import { printable } from "../../contract/printable.ts";
import type { Link } from "../../core/task/task-links.ts";
import type { PhaseAbout } from "../../core/workflow/phase.ts";

/** Labels and texts of what a phase says for people, and of links; nothing of what is not given. */
export function aboutPairs(
  about: PhaseAbout | null,
  links: readonly Link[],
): readonly (readonly [label: string, text: string])[] {
  const { owner = "", description = "", runbook = "" } = about ?? {};
  const pairs = [
    ["phase", description],
    ["owner", owner],
    ["runbook", runbook],
    ...links.map(({ name, url }) => ["link", `${name}: ${url}`] as const),
  ] as const;
  return pairs.filter(([, text]) => text !== "").map(([label, text]) => [label, printable(text)]);
}

/** The same for programs. */
export function aboutJson(about: PhaseAbout): PhaseAbout {
  const { owner, description, runbook } = about;
  return { owner, description, runbook };
}
