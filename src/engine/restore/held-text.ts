import type { HeldStatus } from "./held-status.ts";

/** `3 messages, 12 ticks of 2 schedules and 1 backfill` */
export function heldText(held: HeldStatus): string {
  const { messages, ticks, schedules, waiting_tasks: waiting, backfills, jobs } = held;
  const more = schedules.some((one) => one.more) ? "more than " : "";
  const parts = [
    messages > 0 ? counted(messages, "message") : "",
    ticks > 0 ? `${more}${counted(ticks, "tick")} of ${counted(schedules.length, "schedule")}` : "",
    waiting > 0 ? `${counted(waiting, "task")} that waited for a slot or a resume` : "",
    backfills.length > 0 ? counted(backfills.length, "backfill") : "",
    jobs.length > 0 ? counted(jobs.length, "bulk job") : "",
  ].filter((part) => part !== "");
  const last = parts.pop() ?? "nothing";
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
