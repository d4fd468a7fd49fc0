import { useQuery } from "@tanstack/react-query";
import { type ReactElement, type ReactNode } from "react";
import { ActButton } from "../../acting/act-button.tsx";
import { ask } from "../../acting/ask.ts";
import { useTaskCommands } from "../../acting/use-task-commands.ts";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { ApiError } from "../../services/api.ts";
import { count } from "../../services/format.ts";
import { useKeys } from "../../services/keys.ts";
import { showToast } from "../../services/toasts.ts";
import { ExportMenu } from "./export-menu.tsx";
import { both, isOfUnresolved } from "./query/terms.ts";
import type { SelectedTasks } from "./selection.ts";
import { countQuery, type ShownTask } from "./tasks-queries.ts";

interface Props {
  /** Failures by what went wrong have no rows to select. */
  readonly isGrouped: boolean;
  readonly query: string;
  readonly tz: string;
  readonly tasks: readonly ShownTask[];
  readonly selected: SelectedTasks;
  /** There are more than are loaded. */
  readonly isMore: boolean;
  /** Rows wait, because somebody reads or selects. */
  readonly isHeld: boolean;
  readonly onShowNew: () => void;
  readonly children: ReactNode;
}

const OPEN = new Set(["waiting", "queued", "sent", "running", "overdue"]);

/** What can be done with the selection. It has its place before there is one, so that no row moves. */
export function SelectionBar(props: Props): ReactElement {
  const { query, tz, tasks, selected, isMore } = props;
  const { asked } = selected;
  const isUnresolved = isOfUnresolved(query);
  const chosen = tasks.filter((task) => selected.has(task.record_id));
  const open = chosen.filter((task) => OPEN.has(task.state));
  const [only] = chosen;
  const retry = (): void => {
    if (asked !== null) ask({ kind: "retry", selection: asked, onDone: selected.clear });
  };
  const cancel = (): void => {
    if (asked === null) return;
    const selection = selected.isEverything ? asked : { ids: open.map((task) => task.record_id) };
    ask({ kind: "cancel", selection, onDone: selected.clear });
  };
  const mark = (): void => {
    if (asked !== null) ask({ kind: "mark", selection: asked, onDone: selected.clear });
  };
  const all = (): void => {
    selected.chooseAll().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      showToast("Not all could be selected.", null, error.message);
    });
  };
  useTaskCommands(
    asked === null
      ? null
      : {
          selection: asked,
          count: selected.count,
          task: selected.count === 1 ? (only ?? null) : null,
          isUnresolved,
          onDone: selected.clear,
        },
  );
  useKeys({ Escape: selected.clear });
  const cancelled = selected.isEverything ? selected.count : open.length;
  return (
    <div
      className={`flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1 border-y px-(--gutter) py-1 text-small print:hidden ${asked === null ? "border-line" : "border-accent-line bg-accent-weak"}`}
    >
      {props.isGrouped ? (
        <p className="text-ink-2">Failures by what went wrong</p>
      ) : asked === null ? (
        <p className="text-ink-3 max-[720px]:hidden">
          <Key name="j" /> <Key name="k" /> move, <Key name="x" /> select, <Key name="Enter" /> open
        </p>
      ) : (
        <>
          <b role="status" className="font-semibold">
            {count(selected.count)} selected
          </b>
          {!selected.isEverything && (isMore || selected.count < tasks.length) && (
            <SelectAll query={query} tz={tz} isMore={isMore} loaded={tasks.length} onPress={all} />
          )}
          <ActButton onClick={retry} title="Retry (e)">
            <Icon name="retry" size={14} />
            Retry {count(selected.count)}…
          </ActButton>
          {selected.count === 1 && only !== undefined && (
            <ActButton of={only} onClick={() => ask({ kind: "edit", task: only, onDone: selected.clear })}>
              <Icon name="edit" size={14} />
              Edit info and re-run…
            </ActButton>
          )}
          {isUnresolved && (
            <ActButton kind="stop" onClick={mark}>
              Mark {count(selected.count)} resolved…
            </ActButton>
          )}
          {cancelled > 0 && <ActButton onClick={cancel}>Cancel {count(cancelled)}…</ActButton>}
        </>
      )}
      <ExportMenu query={query} tz={tz} selected={selected} />
      <span className="ml-auto inline-flex items-center gap-2">
        <Waiting {...props} />
        {asked === null ? (
          props.children
        ) : (
          <Button
            kind="icon"
            aria-label="Clear the selection"
            title="Clear the selection (Esc)"
            onClick={selected.clear}
          >
            <Icon name="close" size={14} />
          </Button>
        )}
      </span>
    </div>
  );
}

interface SelectAllProps {
  readonly query: string;
  readonly tz: string;
  readonly isMore: boolean;
  readonly loaded: number;
  readonly onPress: () => void;
}

/** With their number where it is known; the exact one is counted when it is pressed. */
function SelectAll({ query, tz, isMore, loaded, onPress }: SelectAllProps): ReactElement {
  const { data } = useQuery({ ...countQuery({ query, tz }), enabled: isMore });
  const number = !isMore ? count(loaded) : data?.isExact === true ? count(data.count) : "";
  return (
    <Button kind="bare" className="px-1 text-accent!" onClick={onPress}>
      Select all {number === "" ? "that match" : number}
    </Button>
  );
}

/** How many match by now that are not shown yet. */
function Waiting({ query, tz, tasks, isHeld, onShowNew, selected }: Props): ReactElement | null {
  const newest = tasks.reduce((most, task) => Math.max(most, task.record_id), 0);
  const { data } = useQuery({
    ...countQuery({ query: both(query, `record>${newest}`), tz }),
    enabled: isHeld && newest > 0,
    refetchInterval: 5000,
    staleTime: 0,
  });
  if (!isHeld) return null;
  const fresh = data === undefined || data.count === 0 ? "" : `${count(data.count)}${data.isExact ? "" : "+"} new`;
  if (selected.count > 0)
    return <span role="status">{fresh === "" ? "Live is paused" : `Live is paused: ${fresh}`}</span>;
  return fresh === "" ? null : (
    <Button kind="bare" className="text-accent!" onClick={onShowNew}>
      {fresh}
    </Button>
  );
}

function Key({ name }: { readonly name: string }): ReactElement {
  return <kbd className="rounded-[3px] bg-surface-3 px-1.5 font-mono text-micro text-ink-2">{name}</kbd>;
}
