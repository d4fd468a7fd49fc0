import type { ReactElement } from "react";
import { AlertKind } from "../../../components/alert-kind.tsx";
import { Icon } from "../../../components/icon.tsx";
import { aboutText, taskTimeText } from "../../../services/alert-words.ts";
import { ago, type Clock, count, NOTHING } from "../../../services/format.ts";
import type { ShownAlert } from "../alerts-queries.ts";
import { AlertDetails } from "./alert-details.tsx";

interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Its head is for those who do not see it. */
  readonly isHidden?: boolean;
  /** Only where there is room. */
  readonly isWide?: boolean;
}

export const COLUMNS: readonly Column[] = [
  { name: "Selected", isHidden: true },
  { name: "Details", isHidden: true },
  { name: "Alert" },
  { name: "Task" },
  { name: "Task time" },
  { name: "Message" },
  { name: "Raised ↓", isNumber: true },
  { name: "Severity", isWide: true },
  { name: "State" },
];

/** On a phone two lines: what and when, then why and its state. */
export const ROW =
  "grid grid-cols-[34px_26px_122px_138px_130px_minmax(0,1fr)_112px_66px_108px] items-center max-[1280px]:grid-cols-[34px_26px_122px_130px_130px_minmax(0,1fr)_112px_0_108px] max-[720px]:grid-cols-[32px_minmax(0,auto)_minmax(0,1fr)_auto]";

interface Props {
  readonly alert: ShownAlert;
  readonly clock: Clock;
  readonly now: number;
  readonly index: number;
  readonly start: number;
  readonly measure: (element: HTMLElement | null) => void;
  readonly isAt: boolean;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly onPoint: () => void;
  readonly onOpen: (alert: number | null) => void;
  readonly onSelect: (alerts: readonly number[], isOn: boolean) => void;
  readonly onSilence: (alerts: readonly ShownAlert[]) => void;
}

export function AlertRow(props: Props): ReactElement {
  const { alert, clock, now, index, start, measure, isAt, isOpen, isSelected, onPoint, onOpen, onSelect } = props;
  const isOver = alert.state === "resolved";
  const quiet = isOver ? "text-ink-3" : "";
  const about = aboutText(alert);
  const raised = Date.parse(alert.created_at);
  return (
    <div
      data-index={index}
      ref={(element) => {
        element?.style.setProperty("transform", `translateY(${start}px)`);
        measure(element);
      }}
      className="absolute top-0 left-0 w-full"
    >
      <div
        role="row"
        id={`alert-${alert.id}`}
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        onClick={onPoint}
        onDoubleClick={() => onOpen(isOpen ? null : alert.id)}
        className={`${ROW} min-h-(--row) border-b border-line hover:bg-surface-3 aria-selected:bg-accent-weak max-[720px]:py-1 ${isAt ? "shadow-[inset_2px_0_var(--accent)]" : ""}`}
      >
        <span role="gridcell" className="grid place-items-center self-stretch max-[720px]:row-span-2">
          <label className="grid size-7 place-items-center">
            <input
              type="checkbox"
              tabIndex={-1}
              checked={isSelected}
              aria-label={`Select alert ${alert.id}, ${about}`}
              onChange={() => onSelect([alert.id], !isSelected)}
            />
          </label>
        </span>
        <span role="gridcell" className="max-[720px]:hidden">
          <button
            type="button"
            tabIndex={-1}
            aria-label={`Details of alert ${alert.id}`}
            aria-expanded={isOpen}
            className="grid size-7 place-items-center text-ink-2"
            onClick={() => onOpen(isOpen ? null : alert.id)}
          >
            <Icon name={isOpen ? "down" : "right"} size={14} />
          </button>
        </span>
        <span role="gridcell" className="flex min-w-0 px-2 max-[720px]:px-1">
          <AlertKind alert={alert} />
        </span>
        <span role="gridcell" className="min-w-0 truncate px-2 max-[720px]:px-1" title={about}>
          <button
            type="button"
            tabIndex={-1}
            className="max-w-full truncate hover:underline"
            onClick={() => onOpen(isOpen ? null : alert.id)}
          >
            {about}
          </button>
        </span>
        <span role="gridcell" className="truncate px-2 font-mono">
          {alert.task_time === null ? (
            <span className="text-ink-3">{NOTHING}</span>
          ) : (
            <span title={`${alert.task_time} ${alert.task_zone ?? ""}`}>{taskTimeText(alert.task_time)}</span>
          )}
        </span>
        <span
          role="gridcell"
          className={`min-w-0 truncate px-2 max-[720px]:col-span-2 max-[720px]:col-start-2 max-[720px]:px-1 ${quiet}`}
          title={alert.message}
        >
          {alert.count > 1 && <b className="mr-1.5 font-medium">{count(alert.count)} ×</b>}
          {alert.message}
        </span>
        <span role="gridcell" className="px-2 text-right whitespace-nowrap max-[720px]:hidden">
          <time dateTime={alert.created_at} title={`${ago(raised, now)}, ${clock.zone}`}>
            {clock.moment(raised, now)}
          </time>
        </span>
        <span
          role="gridcell"
          className={`overflow-hidden px-2 max-[1280px]:invisible max-[1280px]:px-0 max-[720px]:hidden ${isOver || alert.severity !== "critical" ? "text-ink-2" : ""}`}
        >
          {alert.severity}
        </span>
        <span role="gridcell" className={`truncate px-2 ${isOver ? "text-ink-3" : ""}`}>
          {alert.state}
        </span>
      </div>
      {isOpen && <AlertDetails {...props} />}
    </div>
  );
}
