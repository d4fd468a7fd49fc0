import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { FIELD } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Mark } from "../../../components/mark.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { count } from "../../../services/format.ts";
import { saveFile } from "../../../services/files/save-file.ts";
import { useFile, ViewTools } from "../frame.tsx";
import { Code } from "./code.tsx";
import { useCanSave } from "./can-save.ts";
import { issuesQuery, type SourceText as Text } from "./source-queries.ts";

/** One version, with what is wrong with it where it is the newest. */
export function SourceText({ source }: { readonly source: Text }): ReactElement {
  const file = useFile();
  const { line } = useSearch({ from: "/shell/workflows/source" });
  const navigate = useNavigate();
  const { data: issues = [] } = useQuery(issuesQuery(file.path));
  const own = issues.filter((issue) => issue.version_id === source.id);
  const canSave = useCanSave(source);
  const isNewest = source.id === file.newest_version_id;
  const toLine = (next: number | undefined): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, line: next }), replace: true, resetScroll: false });
  return (
    <>
      <ViewTools>
        <CopyButton text={source.source} what="the text" />
        <Button
          kind="icon"
          aria-label="Download the file"
          title="Download the file"
          onClick={() => saveFile(file.path.split("/").at(-1) ?? file.path, "application/toml", source.source)}
        >
          <Icon name="download" size={14} />
        </Button>
        {isNewest && file.state !== "removed" && (
          <Button
            onClick={() =>
              void navigate({
                to: ".",
                search: ({ line: _line, ...before }) => ({ ...before, edit: true }),
                resetScroll: false,
              })
            }
          >
            <Icon name="edit" size={14} />
            {canSave ? "Edit" : "Draft a change"}
          </Button>
        )}
      </ViewTools>
      <div className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-(--gutter) py-1 text-small text-ink-2">
        <Standing source={source} />
        <label className="ml-auto flex items-center gap-2 text-ink-3">
          Line
          <input
            type="number"
            inputMode="numeric"
            min={1}
            className={`${FIELD} w-20!`}
            value={line ?? ""}
            onChange={({ target }) => toLine(target.value === "" ? undefined : Math.max(1, Number(target.value)))}
          />
        </label>
      </div>
      <Code label={`Text of ${file.path}`} text={source.source} issues={own} line={line ?? null} onLine={toLine} />
    </>
  );
}

/** Which version it is, and whether it counts. */
function Standing({
  source: { id, accepted, loaded_at: loaded, edited_by: by },
}: {
  readonly source: Text;
}): ReactElement {
  const { version_id: inForce, newest_version_id: newest, state, errors } = useFile();
  const isNewest = id === newest;
  const [status, words] =
    state === "removed"
      ? (["cancelled", "the file is gone"] as const)
      : id === inForce
        ? (["complete", isNewest ? "in force" : "in force, because the newest has an error"] as const)
        : isNewest
          ? ([
              "error",
              `has ${count(errors)} error${errors === 1 ? "" : "s"}: ${inForce === null ? "nothing of it is in force" : `version ${inForce} stays in force`}`,
            ] as const)
          : ([accepted ? "none" : "error", accepted ? "was in force" : "was not accepted"] as const);
  return (
    <p className="flex min-w-0 items-center gap-x-1.5">
      <Mark status={status} />
      <span className="min-w-0">
        <b className="font-medium text-ink">Version {id}</b> {words}, read <RelativeTime at={loaded} />
        {by !== null && `, saved by ${by}`}.
      </span>
    </p>
  );
}
