import type { ReactElement } from "react";
import { Button } from "../../../components/button.tsx";
import { CopyButton } from "../../../components/copy-button.tsx";
import { StatusWord } from "../../../components/mark.tsx";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { count } from "../../../services/format.ts";
import type { LogState } from "./log-source.ts";

interface Props {
  readonly state: LogState;
  /** Of the worker; empty: not known, or this one. */
  readonly host: string;
  readonly isGrowing: boolean;
  readonly isAtEnd: boolean;
  /** Rows that came since its end was left. */
  readonly more: number;
  readonly onEnd: () => void;
}

/** Whether it is followed, how long it is, and where it is kept. */
export function LogFoot({ state, host, isGrowing, isAtEnd, more, onEnd }: Props): ReactElement {
  return (
    <div className="flex min-h-9 flex-wrap max-[1100px]:min-h-16 items-center gap-x-3 gap-y-1 border-t border-line bg-surface-2 px-(--gutter) text-small text-ink-3">
      {isGrowing && isAtEnd && <StatusWord status="running">Following</StatusWord>}
      {isGrowing && isAtEnd && (
        <span className="max-[720px]:hidden">Scroll up or press f to stop; new lines are then counted here</span>
      )}
      {isGrowing && !isAtEnd && (
        <Button kind="bare" className="text-accent" onClick={onEnd}>
          {more === 0 ? "No new lines" : `${count(more)} new ${more === 1 ? "line" : "lines"}`}
        </Button>
      )}
      {state.path !== "" && (
        <span className="ml-auto flex min-w-0 items-center gap-1 max-[1100px]:basis-full">
          <span className="whitespace-nowrap">
            {count(state.rows)} {state.rows === 1 ? "line" : "lines"}, {sizeText(state.size)} ·{" "}
            {host === "" ? "" : `${host}: `}
          </span>
          <code dir="rtl" className="min-w-0 truncate font-mono" title={state.path}>
            <bdi>{state.path}</bdi>
          </code>
          <CopyButton text={state.path} what="the path" />
        </span>
      )}
    </div>
  );
}
