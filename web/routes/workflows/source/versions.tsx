import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Mark } from "../../../components/mark.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { count } from "../../../services/format.ts";
import { Beside, useFile } from "../frame.tsx";
import { Part } from "../panel/part.tsx";
import { type Version, versionsQuery } from "./source-queries.ts";

/** The versions of the file that were read, in the side panel: each is shown, or compared with the one before it. */
export function Versions({ shown }: { readonly shown: number | null }): ReactElement {
  const { path } = useFile();
  const { data: versions, error, refetch } = useQuery(versionsQuery(path));
  return (
    <Beside>
      <Part title="Versions" about={versions === undefined ? undefined : count(versions.length)}>
        {versions === undefined ? (
          error === null ? (
            <SkeletonRows rows={4} label="The versions are loaded" />
          ) : (
            <Problem what="The list of versions" error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <ol className="-mx-4 max-[720px]:-mx-(--gutter)">
            {versions.map((version, at) => (
              <Row
                key={version.id}
                version={version}
                before={versions[at + 1]?.id ?? null}
                isShown={version.id === shown}
              />
            ))}
          </ol>
        )}
      </Part>
    </Beside>
  );
}

const LINK = "text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current";

function Row({
  version: { id, accepted, loaded_at: loaded, edited_by: by, edit_reason: reason },
  before,
  isShown,
}: {
  readonly version: Version;
  readonly before: number | null;
  readonly isShown: boolean;
}): ReactElement {
  const { path, version_id: inForce } = useFile();
  const { phase } = useSearch({ from: "/shell/workflows/source" });
  const search = { file: path, ...(phase === undefined ? {} : { phase }) };
  return (
    <li
      aria-current={isShown ? "true" : undefined}
      className="grid grid-cols-[14px_minmax(0,1fr)_auto] gap-x-2 border-t border-line px-4 py-1.5 text-small aria-[current]:bg-accent-weak max-[720px]:px-(--gutter)"
    >
      <span className="mt-0.5">
        <Mark status={accepted ? "complete" : "error"} label={accepted ? "accepted" : "rejected"} />
      </span>
      <span className="min-w-0">
        <Link to="/workflows/source" search={{ ...search, version: id }} resetScroll={false} className={LINK}>
          Version {id}
        </Link>
        <span className="text-ink-2">
          {id === inForce ? ", in force" : accepted ? "" : ", not accepted"}
          {by === null ? "" : ` · by ${by}`}
        </span>
        {reason !== "" && <span className="block break-words text-ink-2">{reason}</span>}
      </span>
      <span className="text-right text-ink-2">
        <RelativeTime at={loaded} />
        {before !== null && (
          <Link
            to="/workflows/source"
            search={{ ...search, version: id, against: before }}
            resetScroll={false}
            aria-label={`Changes of version ${id}`}
            className={`block ${LINK}`}
          >
            changes
          </Link>
        )}
      </span>
    </li>
  );
}
