import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Mark } from "../../../components/mark.tsx";
import { NearMiss } from "../../../components/near-miss/ruler.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { ApiError } from "../../../services/api.ts";
import { type Clock, count } from "../../../services/format.ts";
import { type MatchAnswer, marksOf, nearOf, type Tested } from "./marks.ts";
import { matchQuery, type TriedPattern } from "./tester-queries.ts";

interface Props {
  readonly tried: TriedPattern;
  /** What it is compared with; null: nothing. */
  readonly inForce: TriedPattern | null;
  readonly isInForce: boolean;
  /** What is in force is not known yet. */
  readonly isAwaited: boolean;
  /** The phase whose pattern is in force. */
  readonly of: string;
  /** The event whose row is open in the list. */
  readonly open: number | undefined;
  readonly clock: Clock;
  readonly now: number;
}

/** Shown at once. */
const FILES = 8;
const MISSES = 2;

/** What the pattern matches, against what the one in force does. */
export function Verdict({ tried, inForce, isInForce, isAwaited, of, open, clock, now }: Props): ReactElement {
  const { data, error, refetch } = useQuery(matchQuery(tried));
  const { data: others, isPending } = useQuery(matchQuery(inForce ?? { language: "files", pattern: "" }));
  if (error instanceof ApiError && error.status < 500 && error.status > 0)
    return (
      <p role="alert" className="mt-2 min-h-24 text-small text-error-text">
        {error.message}
      </p>
    );
  if (error !== null) return <Problem what="The files that match" error={error} onRetry={() => void refetch()} />;
  // Both at once: what the one in force matches would come in above the near misses.
  if (data === undefined || isAwaited || (inForce !== null && isPending))
    return <SkeletonRows rows={4} label="The pattern is tried" />;
  const compared = inForce === null ? null : (others ?? null);
  const files = marksOf(data, compared);
  return (
    <div className="mt-2" aria-live="polite">
      <p className="text-small">
        <b className="font-semibold">
          {count(data.matched)} of the last {count(data.compared)} files {data.matched === 1 ? "matches" : "match"}
        </b>
        {openText(data, open, clock)}
        {isInForce
          ? `: this is the pattern of ${of}.`
          : compared === null
            ? "."
            : `. With that of ${of}: ${count(compared.matched)}.`}
        {data.cut && " There was no time for all of them."}
      </p>
      <Files files={files} isCompared={compared !== null} clock={clock} now={now} />
      <NearMisses misses={nearOf(data.near_misses)} />
    </div>
  );
}

/** Whether the file that somebody looks at is among them, as far as the answer says it. */
function openText({ matches, matched }: MatchAnswer, open: number | undefined, clock: Clock): string {
  const found = matches.find(({ id }) => id === open);
  if (found !== undefined) return `, the one of ${clock.minutes(Date.parse(found.received_at))} among them`;
  return open === undefined || matches.length < matched ? "" : ", the one that is open is not";
}

const MARKS: Readonly<Record<Tested["mark"], string>> = {
  same: "matches as before",
  new: "newly matched",
  lost: "no longer matched",
};

function Files({
  files,
  isCompared,
  clock,
  now,
}: {
  readonly files: readonly Tested[];
  readonly isCompared: boolean;
  readonly clock: Clock;
  readonly now: number;
}): ReactElement | null {
  const [isWhole, setWhole] = useState(false);
  if (files.length === 0) return null;
  // What changes goes before what stays.
  const sorted = [...files.filter(({ mark }) => mark !== "same"), ...files.filter(({ mark }) => mark === "same")];
  const shown = isWhole ? files : sorted.slice(0, FILES).toSorted((a, b) => b.file.id - a.file.id);
  return (
    <>
      <ul className="mt-1 text-small">
        {shown.map(({ mark, file }) => (
          <li key={file.id} className="flex min-h-6 min-w-0 items-center gap-2">
            <Sign mark={mark} word={isCompared ? MARKS[mark] : "matches"} />
            <Link
              to="/files/$id"
              params={{ id: String(file.id) }}
              className={`truncate-head min-w-0 flex-1 font-mono hover:underline ${mark === "lost" ? "text-ink-3 line-through" : ""}`}
              title={file.path}
            >
              <bdi dir="ltr">{file.path}</bdi>
            </Link>
            <span className="shrink-0 text-ink-3">
              {clock.moment(Date.parse(file.received_at), now).replace(/:\d\d$/, "")}
            </span>
          </li>
        ))}
      </ul>
      {files.length > FILES && (
        <Button kind="bare" className="-ml-2 text-accent!" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show ${count(files.length - FILES)} more`}
        </Button>
      )}
    </>
  );
}

function Sign({ mark, word }: { readonly mark: Tested["mark"]; readonly word: string }): ReactElement {
  if (mark === "same") return <Mark status="complete" label={word} />;
  return (
    <span role="img" aria-label={word} title={word} className={mark === "new" ? "text-accent" : "text-error-text"}>
      {mark === "new" ? <Icon name="plus" size={14} /> : <Icon name="close" size={14} />}
    </span>
  );
}

function NearMisses({ misses }: { readonly misses: MatchAnswer["near_misses"] }): ReactElement | null {
  const [isWhole, setWhole] = useState(false);
  if (misses.length === 0) return null;
  return (
    <div className="mt-2">
      <h3 className="text-small font-medium text-ink-2">Nearly</h3>
      <ul className="grid gap-3 pt-1">
        {(isWhole ? misses : misses.slice(0, MISSES)).map((miss) => (
          <li key={miss.id} className="min-w-0">
            <NearMiss path={miss.path} miss={miss} />
          </li>
        ))}
      </ul>
      {misses.length > MISSES && (
        <Button kind="bare" className="-ml-2 text-accent!" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show ${count(misses.length - MISSES)} more`}
        </Button>
      )}
    </div>
  );
}
