import type { ReactElement } from "react";
import { sentenceCase, withThings } from "../../components/decision-text.tsx";
import { Mark, type Status } from "../../components/mark.tsx";
import type { Clock } from "../../services/format.ts";
import type { Why } from "./task-queries.ts";

type Event = Why["events"][number];

/** What did not happen, or changed nothing: the dashed mark and the dotted verb. */
const NOTHING_CAME: ReadonlySet<string> = new Set([
  "tick_skipped",
  "tick_missed",
  "batch_empty",
  "require_missing",
  "join_waiting",
  "cycle",
  "overlap_skipped",
  "child_exists",
  "no_rows",
  "retry_cancelled",
  "duplicate_ignored",
  "late_result",
  "phase_unknown",
  "file_unmatched",
  "file_repeated",
  "file_missing",
  "file_not_new",
  "held",
  "restore_held",
  "alert_suppressed",
]);
const STATUS: Readonly<Record<string, Status>> = {
  retry_scheduled: "retrying",
  requeued: "retrying",
  retries_exhausted: "error",
  incomplete: "overdue",
  alert_raised: "alert",
  notification_failed: "warn",
  dead_letter: "warn",
  template_open: "warn",
  task_too_large: "warn",
  cancelled_by_hand: "cancelled",
  backfill_cancelled: "cancelled",
  held_cancelled: "cancelled",
};
const RESULTS: readonly Status[] = ["complete", "warn", "error", "alert"];

interface Props {
  readonly events: readonly Event[];
  /** Of which the events are. */
  readonly whys: readonly Why[];
  readonly clock: Clock;
  readonly now: number;
}

/** Decisions as sentences: when, mark, verb first, and below what stands behind each. */
export function WhyEvents({ events, whys, clock, now }: Props): ReactElement {
  return (
    <ol>
      {events.map((event) => (
        <li
          key={`${event.at} ${event.code} ${event.sentence}`}
          className="grid grid-cols-[auto_14px_minmax(0,1fr)] gap-x-2 py-1"
        >
          <time
            dateTime={event.at}
            title={`${clock.moment(Date.parse(event.at), now)} ${clock.zone}`}
            className="text-small/5 text-ink-3"
          >
            {clock.moment(Date.parse(event.at), now)}
          </time>
          <span className="flex h-5 items-center">
            <Mark status={statusOf(event)} />
          </span>
          <p className="min-w-0 break-words">
            <Sentence event={event} />
            <Evidence event={event} whys={whys} />
          </p>
        </li>
      ))}
    </ol>
  );
}

function statusOf({ code, data }: Event): Status {
  if (code === "result") return RESULTS.find((status) => status === data["result"]) ?? "error";
  return NOTHING_CAME.has(code) ? "none" : (STATUS[code] ?? "complete");
}

/** The verb is strong, and of what did not happen dotted; things are code, records are links. */
function Sentence({ event: { code, sentence } }: { readonly event: Event }): ReactElement {
  const isNothing = NOTHING_CAME.has(code);
  const { index: from = 0, 0: verb = "" } = verbOf(sentence, isNothing) ?? {};
  return (
    <>
      {withThings(sentenceCase(sentence.slice(0, from)))}
      <b className={`font-semibold ${isNothing ? "underline decoration-dotted underline-offset-3" : ""}`}>
        {from === 0 ? sentenceCase(verb) : verb}
      </b>
      {withThings(sentence.slice(from + verb.length))}.
    </>
  );
}

/** "`load:x` not started": the verb of what did not happen may stand behind its subject. */
function verbOf(sentence: string, isNothing: boolean): RegExpExecArray | null {
  return (isNothing ? /\bnot \w+/.exec(sentence) : null) ?? /^[a-z]+(?= )/i.exec(sentence);
}

/** What stands behind it: the line of the workflow file that says so. */
function Evidence({ event, whys }: { readonly event: Event; readonly whys: readonly Why[] }): ReactElement | null {
  const why = whys.find(({ because }) => because.code === event.code && because.sentence.includes(event.sentence));
  if (why === undefined || why.phase === null) return null;
  const version = why.version === null ? "" : ` version ${why.version.id},`;
  return (
    <span className="block text-small text-ink-3">
      {why.phase.workflow}
      {version} line {why.phase.line}
      {why.phase.rule === "" ? "" : `: ${why.phase.rule}`}
    </span>
  );
}
