import { DAY } from "../../../contract/time/time-units.ts";
import { isCalendar } from "../../time/calendar-span.ts";
import type { Phase } from "../phase.ts";

/** A parameter that changes nothing, and what it needs beside it. */
export interface IdleParameter {
  readonly name: string;
  readonly needs: string;
}

/** The parameters of a phase that have a value and do nothing, because another one is missing. */
export function idleParameters({ rule, retry, dependsOn }: Phase): readonly IdleParameter[] {
  const isChild = dependsOn.length > 0;
  const isScheduled = rule.cronText !== null;
  const found: IdleParameter[] = [];
  const idle = (name: string, isSet: boolean, isUsed: boolean, needs: string): void => {
    if (isSet && !isUsed) found.push({ name, needs });
  };
  idle("on", rule.on === "error", isChild, "dependsOn");
  idle("require", rule.require.length > 0, isChild, "dependsOn");
  idle("join", rule.join === "all", isChild, "dependsOn");
  idle("inherit_meta", rule.inheritMeta, isChild, "dependsOn");
  idle("join_when", rule.joinWhen === "all_done", rule.join === "all", 'join = "all"');
  idle("catchup", rule.catchUp !== "none", isScheduled, "cron");
  idle("catchup_window", rule.catchUpWindow !== DAY, rule.catchUp !== "none", "catchup");
  const hasOffset = rule.offsetNs !== 0n || isCalendar(rule.offsetDays);
  idle("offset", hasOffset, isScheduled || rule.expectByText !== null, "cron");
  // A delay that cannot be read or is negative has an issue of its own.
  idle("retry_delay", (rule.retryDelay ?? 0) > 0, retry > 0, "retry");
  idle("retry_backoff", rule.retryBackoff !== "fixed", retry > 0, "retry");
  idle("retry_max_delay", rule.retryMaxDelay !== null, retry > 0, "retry");
  const waitsForFiles = rule.files !== null || rule.filesGlob !== null;
  // Without files it is reported with the others that need them.
  idle("gather_timeout", waitsForFiles && rule.gatherTimeout !== null, rule.gather > 1, "gather");
  return found;
}
