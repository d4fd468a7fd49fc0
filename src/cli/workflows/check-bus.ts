import type { Options } from "../../config/options.ts";
import { limitsOf } from "../../contract/bus-limits.ts";
import type { Issue } from "../../core/workflow/issue.ts";
import type { Phase } from "../../core/workflow/phase.ts";

/** Of a message beside the info: names, times, id and the quotes. */
const AROUND = 300;

/**
 * Warnings about tasks that the configured bus will refuse. `issues`: those of the files; where the bus is known, the
 * general one about the names of topics is left out.
 */
export function withBusIssues(
  issues: readonly Issue[],
  phases: readonly Phase[],
  file: string,
  { bus }: Pick<Options, "bus">,
): readonly Issue[] {
  const name = bus.outKind;
  const limits = limitsOf(name);
  if (limits === null) return issues;
  const refused = phases.flatMap(({ type, template, line }) => {
    const warn = (message: string, remedy: string): Issue => {
      return { severity: "warning", code: "bus_refuses", file, line, column: 1, message, remedy };
    };
    const found: Issue[] = [];
    if (type !== "" && !limits.takes(type)) {
      const topic = JSON.stringify(type.length > 80 ? `${type.slice(0, 80)}…` : type);
      const message = `The bus ${name} takes no topic ${topic}, so none of these tasks can be sent: ${limits.rule}.`;
      found.push(warn(message, "Give the task another type."));
    }
    const bytes = Buffer.byteLength(template) + AROUND;
    if (bytes > limits.messageBytes) {
      const message = `A task with this template has ${bytes} bytes or more; the bus ${name} takes ${limits.messageBytes} unless its server allows more.`;
      found.push(warn(message, "Shorten the template."));
    }
    return found;
  });
  return [...issues.filter(({ code }) => code !== "odd_type"), ...refused];
}
