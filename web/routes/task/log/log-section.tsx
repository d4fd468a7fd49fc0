import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { Button } from "../../../components/button.tsx";
import { withThings } from "../../../components/decision-text.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Segments } from "../../../components/segments.tsx";
import { useKeys } from "../../../services/keys.ts";
import { Section } from "../section.tsx";
import type { Attempt, Why } from "../task-queries.ts";
import { isOpen } from "../../../components/runs/run-text.ts";
import { Finder } from "./finder.tsx";
import { LogFoot } from "./log-foot.tsx";
import { LogSource } from "./log-source.ts";
import { LogView } from "./log-view.tsx";
import { LINE, moved, shareOfRow } from "./log-window.ts";

/** An output that grows is read again so often. */
const EVERY_MS = 1000;
/** Attempts beside each other; of more the newest. */
const MOST_CHOICES = 6;
const HEIGHT = 324;

interface Props {
  /** The oldest first. */
  readonly attempts: readonly Attempt[];
  /** Of the newest attempt, as far as it is known; null: it has none. */
  readonly log: object | null;
  readonly why: Why | undefined;
}

/** The output of an attempt. It opens at its end, and follows it while the task runs. */
export function LogSection({ attempts, log: known, why }: Props): ReactElement | null {
  const { log } = useSearch({ from: "/shell/tasks/$id" });
  const begun = attempts.filter(({ state }) => state !== "waiting" && state !== "queued");
  const shown = attempts.find(({ record_id: id }) => id === log) ?? begun.at(-1);
  if (shown === undefined) return null;
  const choices = [...new Set([...begun.slice(-MOST_CHOICES), shown])].toReversed();
  const report = why?.task.record_id === shown.record_id ? (why.report ?? null) : null;
  const isExpected = shown !== attempts.at(-1) || known !== null;
  return (
    <OneLog key={shown.record_id} attempt={shown} choices={choices} host={report?.host ?? ""} isExpected={isExpected} />
  );
}

interface OneProps {
  readonly attempt: Attempt;
  readonly choices: readonly Attempt[];
  readonly host: string;
  readonly isExpected: boolean;
}

function OneLog({ attempt, choices, host, isExpected }: OneProps): ReactElement {
  const { find = "", line } = useSearch({ from: "/shell/tasks/$id" });
  const navigate = useNavigate({ from: "/tasks/$id" });
  const source = useMemo(() => new LogSource(attempt.record_id), [attempt.record_id]);
  const state = useSyncExternalStore(source.subscribe, source.state);
  const isGrowing = isOpen(attempt);
  useReading(source, isGrowing);
  const [share, setShare] = useState(1);
  const [left, setLeft] = useState(0);
  const [known, setKnown] = useState(0);
  const [isWrapped, setWrapped] = useState(true);
  if (known !== state.rows) {
    // What is read keeps its place when more comes below it.
    if (share < 1 && known > 0) setShare(Math.min(1, (share * known) / Math.max(1, state.rows)));
    setKnown(state.rows);
  }
  // The place of a log is kept while it is loaded, where one is known to be.
  const hasPlace = state.kind === "ready" || (state.kind === "loading" && isExpected);
  const isAtEnd = share === 1;
  const go = (next: number): void => {
    if (isAtEnd && next < 1) setLeft(state.rows);
    setShare(next);
  };
  const current = line === undefined || line > state.rows ? null : line - 1;
  const target = state.kind === "ready" ? current : null;
  const [reached, setReached] = useState<number | null>(null);
  if (target !== reached) {
    setReached(target);
    if (target !== null) go(shareOfRow(target, state.rows));
  }
  const search = (next: { readonly find?: string; readonly line?: number }): void =>
    void navigate({
      search: ({ find: _find, line: _line, ...rest }) => ({ ...rest, ...next }),
      replace: true,
      resetScroll: false,
      hash: true,
    });
  const toggleFollow = (): void => go(isAtEnd ? moved({ rows: state.rows, share, height: HEIGHT }, -LINE, LINE) : 1);
  useKeys(isGrowing ? { f: toggleFollow } : {});

  const choose = (record: string): void =>
    void navigate({
      search: ({ raw }) => ({ ...(raw === true ? { raw } : {}), log: Number(record) }),
      resetScroll: false,
    });
  const names = choices.map((one) => ({ value: String(one.record_id), name: `Attempt ${one.attempt + 1}` }));
  return (
    <Section
      title="Log"
      id="log"
      isFlush
      note={<Segments label="Attempt" options={names} value={String(attempt.record_id)} onChange={choose} />}
      beside={
        hasPlace ? (
          <>
            <Finder
              record={attempt.record_id}
              find={find}
              current={current}
              isGrowing={isGrowing}
              onFind={(text, row) =>
                search({ ...(text === "" ? {} : { find: text }), ...(row === null ? {} : { line: row + 1 }) })
              }
            />
            {isGrowing && (
              <Button
                aria-pressed={isAtEnd}
                title="Follow (f)"
                className="aria-pressed:bg-surface-4"
                onClick={toggleFollow}
              >
                <Icon name="down" size={14} />
                Follow
              </Button>
            )}
            <Button
              kind="icon"
              aria-label="Wrap lines"
              title="Wrap lines"
              aria-pressed={isWrapped}
              className="aria-pressed:bg-surface-4"
              onClick={() => setWrapped(!isWrapped)}
            >
              <Icon name="wrap" size={14} />
            </Button>
            <a
              href={`/api/tasks/${attempt.record_id}/log?download=true`}
              download
              aria-label="Download the log"
              title="Download the log"
              className="inline-flex size-(--control) items-center justify-center rounded-control text-ink-2 hover:bg-surface-3"
            >
              <Icon name="download" size={14} />
            </a>
          </>
        ) : undefined
      }
    >
      {hasPlace ? (
        <>
          <div className="h-81 border-t border-line print:h-auto">
            {state.rows > 0 && (
              <LogView
                source={source}
                state={state}
                label={`Log of attempt ${attempt.attempt + 1}`}
                share={share}
                onShare={go}
                find={find}
                current={current}
                onRow={(row) => search({ ...(find === "" ? {} : { find }), line: row + 1 })}
                isWrapped={isWrapped}
              />
            )}
            {state.kind === "ready" && state.rows === 0 && (
              <p className="px-(--gutter) py-2 text-small text-ink-3">
                It has written nothing{isGrowing ? " yet" : ""}.
              </p>
            )}
          </div>
          <LogFoot
            state={state}
            host={host}
            isGrowing={isGrowing}
            isAtEnd={isAtEnd}
            more={isAtEnd ? 0 : Math.max(0, state.rows - left)}
            onEnd={() => go(1)}
          />
        </>
      ) : (
        <p className="flex min-h-9 flex-wrap items-center gap-2 border-t border-line px-(--gutter) py-2 text-small break-all text-ink-2">
          <span className="min-w-0">{withThings(state.problem)}</span>
          {state.kind === "failed" && <Button onClick={() => void source.read()}>Try again</Button>}
        </p>
      )}
    </Section>
  );
}

/** Once, and again while the task goes on and the tab is seen; once more when it has ended. */
function useReading(source: LogSource, isGrowing: boolean): void {
  useEffect(() => {
    void source.read();
    if (!isGrowing) return;
    const timer = setInterval(() => {
      if (!document.hidden) void source.read();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [source, isGrowing]);
}
