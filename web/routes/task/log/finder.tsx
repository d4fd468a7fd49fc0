import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { count } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { logSearchQuery, MOST_FOUND } from "../task-queries.ts";

const TYPED_MS = 300;

interface Props {
  readonly record: number;
  readonly find: string;
  /** The row that is meant; null: none. */
  readonly current: number | null;
  readonly isGrowing: boolean;
  readonly onFind: (text: string, row: number | null) => void;
}

/** Searches the whole log, of which the page has only a part: on the server. `ctrl f` comes here. */
export function Finder({ record, find, current, isGrowing, onFind }: Props): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(find);
  const {
    data: rows = [],
    isFetched,
    error,
  } = useQuery({
    ...logSearchQuery(record, find),
    placeholderData: keepPreviousData,
    ...(isGrowing ? { refetchInterval: 5000 } : {}),
  });
  useKeys({
    "ctrl f": () => {
      field.current?.scrollIntoView({ block: "nearest" });
      field.current?.select();
    },
  });
  useTyped(text, find, (typed) => onFind(typed, null));
  // The last one first: a log is read from its end.
  useFirstHit(find, isFetched ? rows : null, current, (row) => onFind(find, row));
  const at = current === null ? -1 : rows.indexOf(current);
  const step = (by: 1 | -1): void => {
    const next =
      by === 1 ? rows.find((row) => row > (current ?? -1)) : rows.findLast((row) => row < (current ?? Infinity));
    const row = next ?? (by === 1 ? rows[0] : rows.at(-1));
    if (row !== undefined) onFind(find, row);
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") setText("");
    else return;
    event.preventDefault();
  };
  return (
    <span className="flex items-center">
      <label className="flex h-(--control) w-56 max-w-[60vw] items-center gap-1.5 rounded-control border border-line-control bg-surface px-2 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent">
        <Icon name="search" size={14} />
        <input
          ref={field}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={keys}
          maxLength={200}
          aria-label="Search in the log"
          placeholder="Search (ctrl f)"
          spellCheck={false}
          autoComplete="off"
          className="min-w-0 flex-1 text-small outline-none"
        />
        <span role="status" className="min-w-14 text-right whitespace-nowrap text-ink-3">
          {find === "" ? "" : error === null ? placeText(at, rows.length, isFetched) : "failed"}
        </span>
      </label>
      <Button kind="icon" aria-label="Match before" disabled={rows.length === 0} onClick={() => step(-1)}>
        <Icon name="up" size={14} />
      </Button>
      <Button kind="icon" aria-label="Next match" disabled={rows.length === 0} onClick={() => step(1)}>
        <Icon name="down" size={14} />
      </Button>
    </span>
  );
}

/** "3 of 3" lines. */
function placeText(at: number, found: number, isFetched: boolean): string {
  if (!isFetched) return "…";
  if (found === 0) return "none";
  const all = `${count(found)}${found === MOST_FOUND ? "+" : ""}`;
  return at < 0 ? all : `${count(at + 1)} of ${all}`;
}

/** Searches when nothing was typed for a moment. */
function useTyped(text: string, find: string, onTyped: (text: string) => void): void {
  const current = useRef(onTyped);
  useEffect(() => {
    current.current = onTyped;
  });
  useEffect(() => {
    if (text === find) return;
    const timer = setTimeout(() => current.current(text), TYPED_MS);
    return () => clearTimeout(timer);
    // Only what is typed: another address does not type.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
}

/** Goes to the last match of a new search, once it is there. */
function useFirstHit(
  find: string,
  rows: readonly number[] | null,
  current: number | null,
  onHit: (row: number) => void,
): void {
  const done = useRef(current === null ? "" : find);
  const last = rows?.at(-1);
  useEffect(() => {
    if (find === "") done.current = "";
    if (find === "" || rows === null || last === undefined || done.current === find) return;
    done.current = find;
    onHit(last);
  });
}
