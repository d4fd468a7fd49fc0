import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { Empty } from "../../../components/empty.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { ApiError } from "../../../services/api.ts";
import { Clock } from "../../../services/format.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { TopBar } from "../../../shell/top-bar.tsx";
import { fileQuery, verdictsQuery } from "../files-queries.ts";
import { FileParts } from "./file-parts.tsx";

/** One file event: what came, what it matched or nearly matched, where it came from and what came of it. */
export function File(): ReactElement {
  const { id } = useParams({ from: "/shell/files/$id" });
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const isNumber = /^[1-9]\d{0,14}$/.test(id);
  const { data, error, refetch } = useQuery({ ...fileQuery(Number(id)), enabled: isNumber });
  // At once with the rest: a sentence that came later would move what is below it.
  const { isPending } = useQuery({ ...verdictsQuery(data?.file.path ?? ""), enabled: data?.file.matched === 0 });
  const isReady = data !== undefined && (data.file.matched > 0 || !isPending);
  const isUnknown = !isNumber || (error instanceof ApiError && (error.status === 404 || error.status === 400));
  return (
    <div className="min-w-0">
      <TopBar
        title={
          <>
            <Link to="/files" className="font-normal text-ink-2 hover:underline">
              Files
            </Link>
            <span className="mx-1.5 font-normal text-ink-3">/</span>
            <span className="inline-block max-w-[40vw] truncate align-bottom max-[720px]:max-w-[34vw]">
              {data === undefined ? `event ${id}` : nameOf(data.file.path)}
            </span>
          </>
        }
      />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        {isReady ? (
          <FileParts history={data} clock={clock} now={now} />
        ) : isUnknown ? (
          <Empty
            action={
              <Link to="/files" search={{ day: "all" }} className="text-accent underline">
                All files
              </Link>
            }
          >
            There is no file event <code className="font-mono break-all">{id}</code>: it never came here, or was deleted
            by retention.
          </Empty>
        ) : error === null ? (
          <SkeletonRows rows={16} label="The file is loaded" />
        ) : (
          <Problem what="The file" error={error} onRetry={() => void refetch()} />
        )}
      </main>
    </div>
  );
}

/** The last part of a path; of a folder the folder. */
function nameOf(path: string): string {
  return /[^/]+\/?$/.exec(path)?.[0] ?? path;
}
