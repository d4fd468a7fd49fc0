import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useEffect, useMemo } from "react";
import { FIELD } from "../../acting/fields.tsx";
import { Button } from "../../components/button.tsx";
import { Empty } from "../../components/empty.tsx";
import { Problem } from "../../components/problem.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { TopBar } from "../../shell/top-bar.tsx";
import { FileView } from "./file-view.tsx";
import { FileList } from "./list/file-list.tsx";
import { worstFile } from "./list/file-state.ts";
import { ReadTimes } from "./list/read-times.tsx";
import { Reload } from "./list/reload.tsx";
import { OF_ONE_FILE } from "./search.ts";
import { ViewTabs } from "./view-tabs.tsx";
import { type WorkflowFile, workflowsQuery } from "./workflows-queries.ts";

/** The workflow files, and the views of the chosen one below them. */
export function Workflows(): ReactElement {
  const { file, name, removed = false } = useSearch({ from: "/shell/workflows" });
  const { data: files, error, refetch } = useQuery(workflowsQuery(removed));
  const chosen = useChosen(files, file);
  return (
    <div className="min-w-0">
      <TopBar title="Workflows" />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        <ViewTabs at="files">
          <div className="flex min-w-0 flex-wrap items-center gap-2 px-(--gutter) py-1 max-[720px]:basis-full">
            <ReadTimes />
            <NameField name={name ?? ""} />
            <RemovedSwitch isOn={removed} />
            <Reload />
          </div>
        </ViewTabs>
        {files !== undefined ? (
          <Files files={files} chosen={chosen} />
        ) : error !== null ? (
          <Problem what="The list" error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows rows={9} label="The workflow files are loaded" />
        )}
        {chosen !== undefined && <FileView key={chosen.path} file={chosen} />}
      </main>
    </div>
  );
}

/** Without one in the address the first with trouble, else the first; then it is in the address, and stays chosen. */
function useChosen(files: readonly WorkflowFile[] | undefined, path: string | undefined): WorkflowFile | undefined {
  const navigate = useNavigate();
  const own = files?.find((one) => one.path === path);
  const instead = path === undefined && files !== undefined ? worstFile(files) : undefined;
  useEffect(() => {
    if (instead !== undefined)
      void navigate({ to: ".", search: (before) => ({ ...before, file: instead.path }), replace: true });
  }, [instead, navigate]);
  return own ?? instead;
}

function Files({
  files,
  chosen,
}: {
  readonly files: readonly WorkflowFile[];
  readonly chosen: WorkflowFile | undefined;
}): ReactElement {
  const { file, name = "" } = useSearch({ from: "/shell/workflows" });
  const navigate = useNavigate();
  const found = useMemo(
    () => files.filter(({ path }) => path.toLowerCase().includes(name.toLowerCase())),
    [files, name],
  );
  if (files.length === 0)
    return <Empty>No workflow file was read yet. They are TOML files in the workflow folder.</Empty>;
  return (
    <>
      {found.length === 0 ? (
        <Empty
          action={
            <Button
              onClick={() =>
                void navigate({ to: ".", search: (before) => ({ ...before, name: undefined }), replace: true })
              }
            >
              Show all {files.length}
            </Button>
          }
        >
          No workflow file has “{name}” in its path.
        </Empty>
      ) : (
        <FileList
          files={found}
          chosen={chosen?.path ?? null}
          onChoose={(path) =>
            void navigate({
              to: ".",
              search: (before) => ({ ...before, file: path, ...OF_ONE_FILE }),
              resetScroll: false,
            })
          }
        />
      )}
      {file !== undefined && chosen === undefined && (
        <Empty>There is no workflow file {file}. It may have been removed.</Empty>
      )}
    </>
  );
}

function NameField({ name }: { readonly name: string }): ReactElement {
  const navigate = useNavigate();
  return (
    <input
      type="search"
      aria-label="Filter by name"
      placeholder="Filter by name"
      className={`${FIELD} w-44! text-small max-[720px]:w-0! max-[720px]:flex-1`}
      value={name}
      onChange={({ target }) =>
        void navigate({
          to: ".",
          search: (before) => ({ ...before, name: target.value === "" ? undefined : target.value }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}

/** Files that are gone keep their versions, and their tasks. */
function RemovedSwitch({ isOn }: { readonly isOn: boolean }): ReactElement {
  const navigate = useNavigate();
  return (
    <Button
      kind="bare"
      aria-pressed={isOn}
      className="aria-pressed:bg-surface-4"
      title="Also files that are gone"
      onClick={() =>
        void navigate({
          to: ".",
          search: (before) => ({ ...before, removed: isOn ? undefined : (true as const) }),
          replace: true,
          resetScroll: false,
        })
      }
    >
      Removed
    </Button>
  );
}
