import type { ReactElement } from "react";
import { DAY, HOUR } from "../../../../src/contract/time/time-units.ts";
import { count, duration } from "../../../services/format.ts";
import type { ArrivalsAnswer } from "./arrivals-queries.ts";

/** `2 gaps in 14 days. Usually 1 m 52 s after the hour; alert at 1 h 00 m.` */
export function Summary({ answer }: { readonly answer: ArrivalsAnswer }): ReactElement {
  const { slots, usual_delay_ms: usual, alert_after_ms: alert, step, from, to } = answer;
  const gaps = slots.filter(({ state }) => state === "missing").length;
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
  const came = slots.some(({ state }) => state === "came");
  return (
    <p className="mt-2 text-small text-pretty">
      {!came ? (
        `No file came in ${spanText(days, step)}.`
      ) : (
        <>
          {gaps === 0 ? "No gap" : `${count(gaps)} ${gaps === 1 ? "gap" : "gaps"}`} in {spanText(days, step)}.
        </>
      )}{" "}
      <span className="text-ink-2">
        {usual === null
          ? "Too few came to say when they usually do"
          : `Usually ${duration(usual)} after ${startText(step)}`}
        {alert === null ? "; no alert when one is missing." : `; alert at ${duration(alert)}.`}
        {answer.cut && " Only the newest 5,000 task times are shown."}
      </span>
    </p>
  );
}

function spanText(days: number, step: ArrivalsAnswer["step"]): string {
  if (step === "month") return `${Math.round(days / 365)} years`;
  return days > 21 ? `${Math.round(days / 7)} weeks` : `${days} days`;
}

/** What a task time is the beginning of. */
function startText(step: ArrivalsAnswer["step"]): string {
  if (step === "month") return "the month began";
  if (step?.ms === HOUR) return "the hour";
  return step?.ms === DAY ? "the day began" : "the task time";
}
