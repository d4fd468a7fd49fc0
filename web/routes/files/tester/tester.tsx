import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { FIELD, Labelled } from "../../../acting/fields.tsx";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Segments } from "../../../components/segments.tsx";
import type { Clock } from "../../../services/format.ts";
import { arrivalsQuery } from "../arrivals/arrivals-queries.ts";
import { chosenPhase, useWaitingPhases } from "../arrivals/waiting-phases.ts";
import { Part } from "../part.tsx";
import type { FilesSearch } from "../search.ts";
import { ruleText } from "./marks.ts";
import type { TriedPattern } from "./tester-queries.ts";
import { Verdict } from "./verdict.tsx";

/** After so long without another letter the server is asked. */
const TYPED_MS = 300;
const LONGEST = 500;
const LANGUAGES = [
  { value: "files", name: "files" },
  { value: "files_glob", name: "files_glob" },
] as const;

/** Tries a pattern on the newest files, beside the one that is in force. */
export function Tester({ clock, now }: { readonly clock: Clock; readonly now: number }): ReactElement {
  const { arrivals, pattern, language, open } = useSearch({ from: "/shell/files" });
  const phases = useWaitingPhases();
  const phase = phases === undefined ? undefined : chosenPhase(phases, arrivals);
  const { data, isLoading } = useQuery(arrivalsQuery(phase?.key));
  const inForce: TriedPattern | null =
    data === undefined || data.phase.pattern === null
      ? null
      : { pattern: data.phase.pattern, language: data.phase.language };
  const tried: TriedPattern = {
    pattern: pattern ?? inForce?.pattern ?? "",
    language: isLanguage(language) ? language : (inForce?.language ?? "files_glob"),
  };
  const isInForce = inForce !== null && tried.pattern === inForce.pattern && tried.language === inForce.language;
  const navigate = useNavigate({ from: "/files" });
  const go = (next: TriedPattern): void =>
    void navigate({ search: (before: FilesSearch) => ({ ...before, ...next }), replace: true, resetScroll: false });
  return (
    <Part
      title="Pattern tester"
      className="min-h-75"
      actions={
        <Segments
          label="Language"
          options={LANGUAGES}
          value={tried.language}
          onChange={(chosen) => go({ ...tried, language: chosen })}
        />
      }
    >
      <PatternField tried={tried.pattern} onTyped={(typed) => go({ ...tried, pattern: typed })} />
      {tried.pattern === "" ? (
        <p className="mt-2 text-small text-ink-2">
          A pattern such as <code className="font-mono">/data/*/orders-*.csv</code>: it is tried on the last 200 files.
        </p>
      ) : (
        <>
          <p className="mt-1 flex min-h-(--control) min-w-0 items-center gap-1 text-small text-ink-2">
            <span className="shrink-0">In the rule:</span>
            <code className="min-w-0 truncate font-mono text-ink" title={ruleText(tried.language, tried.pattern)}>
              {ruleText(tried.language, tried.pattern)}
            </code>
            <CopyButton text={ruleText(tried.language, tried.pattern)} what="the text for the rule" />
            {data !== undefined && (
              <Link
                to="/workflows/source"
                search={{ file: data.phase.workflow }}
                className="ml-auto shrink-0 text-accent hover:underline"
                title={`${data.phase.task} in ${data.phase.workflow}, line ${data.phase.line}`}
              >
                Source of {data.phase.task}
              </Link>
            )}
          </p>
          <Verdict
            tried={tried}
            inForce={isInForce ? null : inForce}
            isInForce={isInForce}
            isAwaited={phases === undefined || isLoading}
            of={data?.phase.task ?? ""}
            open={open}
            clock={clock}
            now={now}
          />
        </>
      )}
    </Part>
  );
}

function isLanguage(text: string | undefined): text is TriedPattern["language"] {
  return LANGUAGES.some(({ value }) => value === text);
}

interface FieldProps {
  /** What the address says. */
  readonly tried: string;
  readonly onTyped: (pattern: string) => void;
}

/** Says what was typed after a moment; what the address says otherwise goes before. */
function PatternField({ tried, onTyped }: FieldProps): ReactElement {
  const [text, setText] = useState(tried);
  const [known, setKnown] = useState(tried);
  if (tried !== known) {
    setKnown(tried);
    setText(tried);
  }
  const typed = useRef(onTyped);
  useEffect(() => {
    typed.current = onTyped;
  });
  useEffect(() => {
    if (text.trim() === tried || text.trim() === "") return;
    const timer = setTimeout(() => {
      setKnown(text.trim());
      typed.current(text.trim());
    }, TYPED_MS);
    return () => clearTimeout(timer);
    // Only what is typed: another address does not type.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  return (
    <Labelled label="Pattern">
      <input
        className={`${FIELD} font-mono text-small`}
        value={text}
        maxLength={LONGEST}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
    </Labelled>
  );
}
