import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { useFile, ViewTools } from "../frame.tsx";
import { Editor } from "./edit/editor.tsx";
import { SourceText } from "./source-text.tsx";
import { sourceQuery } from "./source-queries.ts";
import { VersionDiff } from "./version-diff.tsx";
import { Versions } from "./versions.tsx";

/** The text of a workflow file: as it was read last, as it was, what was changed, and as it could be. */
export function Source(): ReactElement {
  const file = useFile();
  const { version, against, edit = false } = useSearch({ from: "/shell/workflows/source" });
  const shown = version ?? file.newest_version_id;
  const {
    data: source,
    error,
    refetch,
  } = useQuery({
    ...sourceQuery(file.path, shown),
    // What was typed is kept, whatever happens to the file.
    placeholderData: edit ? (before) => before : undefined,
  });
  const close = useClose();
  return (
    <section aria-label="Source" className="min-w-0">
      {!edit && source !== undefined && <Versions shown={shown} />}
      {source === undefined ? (
        error === null ? (
          <>
            <ViewTools>
              <span className="h-(--control) w-60" />
            </ViewTools>
            <SkeletonRows rows={20} label="The text is loaded" />
          </>
        ) : (
          <Problem what="The text" error={error} onRetry={() => void refetch()} />
        )
      ) : edit ? (
        <Editor key={file.path} source={source} onClose={close} />
      ) : against === undefined ? (
        <SourceText key={source.id} source={source} />
      ) : (
        <VersionDiff from={against} to={source.id} />
      )}
    </section>
  );
}

function useClose(): () => void {
  const navigate = useNavigate();
  return () =>
    void navigate({ to: ".", search: ({ edit: _edit, ...rest }) => rest, resetScroll: false, ignoreBlocker: true });
}
