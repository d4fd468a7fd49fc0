import type { ReactElement, ReactNode } from "react";
import { Mark, type Status } from "./mark.tsx";

/** What of an alert decides how it looks. */
export interface AlertLook {
  readonly alert_type: string;
  readonly severity: string;
  readonly state?: string;
}

type Shape = "page" | "hourglass" | "brackets";

const SHAPES: Readonly<Record<string, Shape | Status>> = {
  retry_exhausted: "error",
  alert_result: "alert",
  incomplete: "hourglass",
  schedule_missed: "hourglass",
  no_worker: "hourglass",
  phase_paused: "hourglass",
  clock_set_back: "hourglass",
  file_missing: "page",
  file_unmatched: "page",
  template_open: "page",
  workflow_invalid: "brackets",
  config_invalid: "brackets",
  workflows_vanished: "brackets",
  dead_letter: "brackets",
  task_too_large: "brackets",
};
const WORDS: Readonly<Record<string, string>> = {
  retry_exhausted: "gave up",
  alert_result: "result alert",
  incomplete: "unfinished",
  schedule_missed: "ticks missed",
  workflow_invalid: "workflow fault",
  config_invalid: "configuration fault",
  watch_down: "watch down",
};
const BY_SEVERITY: Readonly<Record<string, Status>> = { critical: "error", warning: "warn", info: "waiting" };

/** "gave up", "file missing". */
export function alertWord(type: string): string {
  return WORDS[type] ?? type.replaceAll("_", " ");
}

/** The status whose colour it has; a resolved one is grey. */
export function alertStatus({ alert_type: type, severity, state }: AlertLook): Status {
  if (state === "resolved") return "skipped";
  if (type === "alert_result") return "alert";
  return BY_SEVERITY[severity] ?? "warn";
}

const CUT = { fill: "none", stroke: "var(--ink-inverse)", strokeWidth: 1.6, strokeLinecap: "round" } as const;
const DRAWN: Readonly<Partial<Record<string, ReactNode>>> = {
  page: (
    <>
      <path d="M3.5 1h6l3.5 3.5V15h-9.5z" fill="currentColor" />
      <path d="M6.2 7.1a1.9 1.9 0 1 1 2.6 1.7c-.5.2-.7.5-.7 1M8.1 12v.1" {...CUT} />
    </>
  ),
  hourglass: (
    <>
      <path d="M3 1h10v2.6L9.6 8l3.4 4.4V15H3v-2.6L6.4 8 3 3.6z" fill="currentColor" />
      <path d="M6 4.2h4" {...CUT} />
    </>
  ),
  brackets: (
    <>
      <rect x="1.2" y="2" width="13.6" height="12" rx="2" fill="currentColor" />
      <path d="M6 5 3.8 8 6 11m4-6 2.2 3L10 11" {...CUT} />
    </>
  ),
};

interface Props {
  readonly alert: AlertLook;
  readonly size?: number;
  /** Its name where no word stands beside it. */
  readonly label?: string;
}

/** Each kind of alert has a shape; the colour is that of what it says. */
export function AlertMark({ alert, size = 14, label }: Props): ReactElement {
  const status = alertStatus(alert);
  const shape = SHAPES[alert.alert_type] ?? BY_SEVERITY[alert.severity] ?? "warn";
  const drawn = DRAWN[shape];
  // The shape stays when it turns grey.
  if (drawn === undefined)
    return <Mark shape={shape as Status} status={status} size={size} {...(label === undefined ? {} : { label })} />;
  const name = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return (
    <svg
      data-status={status}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      className="shrink-0 text-(--mark)"
      {...name}
    >
      {drawn}
    </svg>
  );
}

/** The shape and the word. */
export function AlertKind({ alert }: { readonly alert: AlertLook }): ReactElement {
  return (
    <span
      data-status={alertStatus(alert)}
      className="inline-flex max-w-full items-center gap-1.5 whitespace-nowrap text-(--word)"
    >
      <AlertMark alert={alert} />
      <span className="truncate">{alertWord(alert.alert_type)}</span>
    </span>
  );
}
