import type { ReactElement, ReactNode } from "react";

/** What a task, an attempt or a slot is, as people are shown it. */
export type Status =
  | "complete"
  | "running"
  | "waiting"
  | "queued"
  | "sent"
  | "overdue"
  | "retrying"
  | "warn"
  | "error"
  | "alert"
  | "cancelled"
  | "skipped"
  | "none";

const LINE = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.5,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;
const CUT = { fill: "none", stroke: "var(--ink-inverse)", strokeWidth: 1.6, strokeLinecap: "round" } as const;
const ring = <circle cx="8" cy="8" r="6.2" {...LINE} />;

/** Each status has a shape of its own, so that none is told by its colour alone. */
const SHAPES: Readonly<Record<Status, ReactNode>> = {
  complete: (
    <>
      {ring}
      <path d="m5.3 8.3 1.9 1.9 3.5-4.2" {...LINE} />
    </>
  ),
  running: (
    <>
      {ring}
      <path d="M8 4a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  waiting: (
    <>
      {ring}
      <path d="M8 4.6V8l2.2 1.6" {...LINE} />
    </>
  ),
  queued: (
    <>
      {ring}
      <path d="M5.5 6.5h5m-5 3h5" {...LINE} />
    </>
  ),
  sent: (
    <>
      {ring}
      <path d="M5 8h5.6M8.4 5.6 10.8 8l-2.4 2.4" {...LINE} />
    </>
  ),
  overdue: (
    <>
      <path d="M3 1h10v2.6L9.6 8l3.4 4.4V15H3v-2.6L6.4 8 3 3.6z" fill="currentColor" />
      <path d="M6 4.2h4" {...CUT} />
    </>
  ),
  retrying: (
    <g {...LINE} strokeWidth="1.8">
      <path d="M13.4 9.2a5.6 5.6 0 1 1-1.5-5.1" />
      <path d="M12.6 1.2v3.4H9.2" />
    </g>
  ),
  warn: (
    <>
      <path
        d="M8 1.9 14.9 14H1.1z"
        fill="currentColor"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinejoin="round"
      />
      <path d="M8 6.3v3.4M8 11.9v.1" {...CUT} />
    </>
  ),
  error: (
    <>
      <path d="M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z" fill="currentColor" />
      <path d="m5.7 5.7 4.6 4.6m0-4.6-4.6 4.6" {...CUT} />
    </>
  ),
  alert: (
    <>
      <path d="M8 .6 15.4 8 8 15.4.6 8z" fill="currentColor" />
      <path d="M8 4.6v4M8 11.1v.1" {...CUT} />
    </>
  ),
  cancelled: (
    <>
      {ring}
      <path d="m4 12 8-8" {...LINE} />
    </>
  ),
  skipped: <path d="m3.5 4 4 4-4 4m5-8 4 4-4 4" {...LINE} />,
  none: <circle cx="8" cy="8" r="6.2" {...LINE} strokeDasharray="2.4 2.4" />,
};

/** The shape alone; where no word stands beside it, `label` is its name. */
export function Mark({
  status,
  shape = status,
  size = 14,
  label,
}: {
  readonly status: Status;
  /** Another shape in its colour: what is over keeps its shape. */
  readonly shape?: Status;
  readonly size?: number;
  readonly label?: string;
}): ReactElement {
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
      {SHAPES[shape]}
    </svg>
  );
}

/** The shape and the word. */
export function StatusWord({
  status,
  children,
}: {
  readonly status: Status;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <span data-status={status} className="inline-flex items-center gap-1.5 whitespace-nowrap text-(--word)">
      <Mark status={status} />
      {children ?? status}
    </span>
  );
}
