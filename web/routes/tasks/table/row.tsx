import { memo, type ReactElement } from "react";
import { Mark, StatusWord } from "../../../components/mark.tsx";
import { ago } from "../../../services/format.ts";
import { statusOf } from "../../../services/task-status.ts";
import { cellOf, Message, Progress, type Shown, TaskTime, textOf } from "./cells.tsx";
import type { Column } from "./columns.ts";

interface Props extends Shown {
  readonly columns: readonly Column[];
  readonly tracks: string;
  readonly index: number;
  /** From the top, in CSS pixels. */
  readonly start: number;
  readonly isPhone: boolean;
  readonly isAt: boolean;
  readonly isSelected: boolean;
  readonly onPoint: (index: number) => void;
  /** `isRange`: with all from the last one. */
  readonly onSelect: (index: number, isRange: boolean) => void;
  readonly onOpen: (record: number) => void;
  readonly onCopy: (text: string) => void;
}

const SHAPE =
  "absolute top-0 left-0 w-full items-center border-b border-line hover:bg-surface-3 aria-selected:bg-accent-weak data-at:shadow-[inset_2px_0_var(--accent)]";

/** One task. A click goes to it, a double click opens it, a click on a text copies that. */
export const Row = memo(function Row(props: Props): ReactElement {
  const { task, index, start, isPhone, isAt, isSelected, onPoint, onOpen } = props;
  return (
    <div
      role="row"
      id={`task-${task.record_id}`}
      aria-selected={isSelected}
      aria-rowindex={index + 2}
      data-at={isAt || undefined}
      style={{ transform: `translateY(${start}px)`, ...(isPhone ? {} : { gridTemplateColumns: props.tracks }) }}
      className={`${SHAPE} ${isPhone ? "grid h-15 grid-cols-[32px_minmax(0,1fr)] pl-2" : "grid h-(--row)"}`}
      onClick={() => onPoint(index)}
      onDoubleClick={() => onOpen(task.record_id)}
    >
      <span role="gridcell" className={`flex ${isPhone ? "items-center justify-center" : "pl-(--gutter)"}`}>
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isSelected}
          aria-label={`Select ${task.type} ${task.record_id}`}
          onClick={(event) => {
            event.stopPropagation();
            props.onSelect(index, event.shiftKey);
          }}
          // The click decides: a change does not say whether Shift was held.
          onChange={() => undefined}
        />
      </span>
      {isPhone ? <TwoLines {...props} /> : <Cells {...props} />}
    </div>
  );
});

function Cells({ columns, onOpen, onCopy, ...shown }: Props): ReactElement {
  const { task } = shown;
  return (
    <>
      {columns.map(({ id, isNumber }) => {
        const text = textOf(id, task);
        const isMono = id === "info" || id === "meta" || id === "id";
        return (
          <span
            key={id}
            role="gridcell"
            tabIndex={-1}
            title={text ?? undefined}
            className={`min-w-0 px-2 ${isNumber === true ? "text-right" : ""} ${isMono ? "font-mono" : ""} ${text === null ? "" : "cursor-copy"} ${id === "info" ? "truncate-head" : id === "status" ? "flex" : "truncate"}`}
            onClick={() => {
              if (text !== null && getSelection()?.isCollapsed !== false) onCopy(text);
            }}
          >
            {id === "job" || (id === "type" && !columns.some((column) => column.id === "job")) ? (
              <TaskLink shown={shown} onOpen={onOpen} text={id === "job" ? task.job || task.type : task.type} />
            ) : id === "info" ? (
              <bdi dir="ltr">{task.info}</bdi>
            ) : (
              cellOf(id, shown)
            )}
          </span>
        );
      })}
    </>
  );
}

function TwoLines({ task, running, now, onOpen }: Props): ReactElement {
  const shown = { task, running };
  return (
    <div role="gridcell" className="min-w-0 pr-(--gutter)">
      <div className="flex items-center gap-2">
        <StatusWord status={statusOf(task)} />
        <TaskLink shown={shown} onOpen={onOpen} text={task.job === "" ? task.type : `${task.type} ${task.job}`} />
        <span className="ml-auto shrink-0">
          <TaskTime task={task} />
        </span>
      </div>
      <div className="mt-1 flex items-center gap-2 text-ink-2">
        <span className="min-w-0 flex-1 truncate">
          {running !== undefined ? (
            <Progress running={running} now={now} />
          ) : task.msg === "" ? (
            <span className="font-mono">{task.info}</span>
          ) : (
            <Message task={task} />
          )}
        </span>
        <span className="shrink-0 text-ink-3">{task.created === null ? "" : ago(Date.parse(task.created), now)}</span>
      </div>
    </div>
  );
}

interface LinkProps {
  readonly shown: Pick<Props, "task" | "running">;
  readonly text: string;
  readonly onOpen: (record: number) => void;
}

function TaskLink({ shown: { task }, text, onOpen }: LinkProps): ReactElement {
  return (
    <a
      href={`/tasks/${task.record_id}`}
      tabIndex={-1}
      className="truncate hover:underline"
      onClick={(event) => {
        event.stopPropagation();
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpen(task.record_id);
      }}
    >
      {task.notes.length > 0 && (
        <span title={task.notes[0]?.text}>
          <Mark status="none" size={10} label="has notes" />{" "}
        </span>
      )}
      {text}
    </a>
  );
}
