import { aboutText, taskTimesText } from "../../../services/alert-words.ts";
import type { AlertGroups } from "../alerts-queries.ts";

export type OpenGroup = AlertGroups["groups"][number];

const [NAME_WIDTH, COUNT_WIDTH] = [35, 5];

/** What somebody should look at: neither acknowledged nor silenced. */
export function openGroups(groups: readonly OpenGroup[]): readonly OpenGroup[] {
  return groups.filter(({ unattended }) => unattended > 0);
}

export function groupName(group: OpenGroup): string {
  return aboutText({ ...group, cause: "" });
}

/** The lines of a summary in a chat: type and job, count, first and last task time. */
export function chatText(groups: readonly OpenGroup[]): string {
  return groups
    .map((group) => {
      const name = `${groupName(group)}:`.padEnd(NAME_WIDTH);
      const times = taskTimesText(group.first_task_time, group.last_task_time);
      return `${name}${String(group.unattended).padStart(COUNT_WIDTH)}  ${times}\n`;
    })
    .join("");
}
