import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { count } from "../../../services/format.ts";
import { type FileHistory, verdictsQuery } from "../files-queries.ts";
import { PhaseLink } from "./phase-link.tsx";

/** What came of it, in a sentence or two. */
export function Lead({ history }: { readonly history: FileHistory }): ReactElement {
  const { file, matches, near_misses: misses, tasks, written_by: writer } = history;
  return (
    <p className="max-w-200 text-pretty text-body">
      {file.matched === 0 ? (
        <Unmatched path={file.path} misses={misses} />
      ) : (
        <Matched matches={matches} tasks={tasks.length} />
      )}
      {writer !== null && (
        <>
          {" "}
          It was written by{" "}
          <Link
            to="/tasks/$id"
            params={{ id: String(writer.record_id) }}
            className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
          >
            {writer.job === "" ? writer.type : `${writer.type}:${writer.job}`}
          </Link>
          , which named its path when it ended.
        </>
      )}
    </p>
  );
}

interface UnmatchedProps {
  readonly path: string;
  readonly misses: FileHistory["near_misses"];
}

function Unmatched({ path, misses }: UnmatchedProps): ReactElement {
  const [nearest] = misses;
  return (
    <>
      <b className="font-semibold">No task was made</b> because no pattern of a phase in force matched.{" "}
      {nearest === undefined ? (
        "None came near the path."
      ) : (
        <>
          The nearest, of <PhaseLink phase={nearest} />, {metText(nearest)}.
        </>
      )}{" "}
      <Now path={path} />
    </>
  );
}

/** What the workflows in force make of it: they may have been mended since. */
function Now({ path }: { readonly path: string }): ReactElement | null {
  const { data } = useQuery(verdictsQuery(path));
  if (data === undefined) return null;
  const { matches, phases } = data;
  if (matches.length === 0)
    return (
      <span className="text-ink-2">
        {phases === 0
          ? "No phase in force waits for files."
          : `Of ${count(phases)} ${phases === 1 ? "phase" : "phases"} that wait for files now, none matches.`}
      </span>
    );
  return (
    <b className="font-semibold">
      Now it would match {matches.map(({ task }) => task).join(", ")}: match it again to make{" "}
      {matches.length === 1 ? "its task" : "their tasks"}.
    </b>
  );
}

/** How much of the pattern was met. */
export function metText({
  pattern,
  pattern_at: at,
  reason,
}: Pick<FileHistory["near_misses"][number], "pattern" | "pattern_at" | "reason">): string {
  const left = pattern.length - at;
  if (reason === "malformed") return "is malformed and matches nothing";
  if (left === 0) return "matches the beginning of the path and expects no more";
  const characters = left === 1 ? "character" : `${count(left)} characters`;
  return left <= pattern.length / 2
    ? `matches all but its last ${characters}`
    : `matches its first ${at === 1 ? "character" : `${count(at)} characters`}`;
}

function Matched({
  matches,
  tasks,
}: {
  readonly matches: FileHistory["matches"];
  readonly tasks: number;
}): ReactElement {
  const waiting = matches.filter(({ gather_key: key, record_id: record }) => key !== null && record === null);
  const [first] = matches;
  return (
    <>
      It matched{" "}
      {first !== undefined && matches.length === 1 ? (
        <PhaseLink phase={first} />
      ) : (
        <>
          {count(matches.length)} phases (
          {matches.map((match, at) => (
            <span key={match.phase_id}>
              {at > 0 && ", "}
              <PhaseLink phase={match} />
            </span>
          ))}
          )
        </>
      )}
      . {tasks > 0 && (tasks === 1 ? "One task was made of it." : `${count(tasks)} tasks were made of it.`)}
      {tasks === 0 && waiting.length === 0 && "No task was made of it."}
      {waiting.length > 0 &&
        ` ${waiting.map(({ task }) => task).join(", ")} ${waiting.length === 1 ? "waits" : "wait"} for more files before a task is made.`}
    </>
  );
}
