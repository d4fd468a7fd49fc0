import type { Issue } from "../../core/workflow/issue.ts";
import { nearName } from "../../core/text/near-name.ts";
import type { Phase } from "../../core/workflow/phase.ts";

/** A warning for each channel that a phase references and that is not configured. `file` as in the report. */
export function channelIssues(phases: readonly Phase[], file: string, names: readonly string[]): readonly Issue[] {
  return phases.flatMap(({ task, line, rule }) =>
    rule.notify
      .filter((name) => !names.includes(name))
      .map((name): Issue => {
        const others = rule.notify.some((one) => names.includes(one))
          ? "the other channels it names"
          : "the channels that match";
        const near = nearName(name, names);
        const known = names.length === 0 ? "none is configured" : `there are ${names.join(", ")}`;
        return {
          severity: "warning",
          code: "unknown_channel",
          file,
          line,
          column: 1,
          message: `${task} references channel "${name}", which is not configured; its alerts go to ${others}.`,
          remedy: near === null ? `Channels: ${known}.` : `Did you mean ${near}?`,
        };
      }),
  );
}
