import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Mark, type Status } from "../../../components/mark.tsx";
import type { Clock } from "../../../services/format.ts";
import { statusQuery } from "../../../services/queries.ts";
import { firstIssuesQuery, firstWorkflowsQuery, type Issue, type Workflow } from "./first-steps-queries.ts";
import { NearMiss, nearMissOf } from "../../../components/near-miss/near-name.tsx";

const OTHER_STARTS = [
  ["flowlord quickstart demo", "a pipeline that runs, copied to a folder of yours"],
  ["flowlord restore", "from a backup, in a folder or a bucket"],
  ["flowlord check", "the same findings in a terminal, before anything runs"],
] as const;

/** What the server has read, as it reads it. */
export function Sees({ clock }: { readonly clock: Clock }): ReactElement {
  const { data: status } = useQuery(statusQuery);
  const { data: workflows } = useQuery(firstWorkflowsQuery);
  const { data: issues = [] } = useQuery(firstIssuesQuery);
  return (
    <aside
      aria-label="What Flowlord sees"
      className="min-w-0 border-l border-line max-[1100px]:border-t max-[1100px]:border-l-0"
    >
      <section aria-live="polite" className="border-b border-line px-4 py-3 max-[1100px]:px-(--gutter)">
        <h2 className="mb-2 font-semibold">What Flowlord sees</h2>
        <ol className="grid gap-2">
          {status !== undefined && (
            <Sight
              at={status.link.since}
              clock={clock}
              status={status.link.state === "connected" ? "complete" : "warn"}
            >
              <b className="font-semibold">{status.link.state === "connected" ? "Connected" : "Not connected"}</b> to
              the bus {status.link.name}.<span className="block text-small text-ink-3">version {status.version}</span>
            </Sight>
          )}
          {workflows?.length === 0 && (
            <Sight at={null} clock={clock} status="waiting">
              <b className="font-semibold">Watches</b> the folder of <Code>workflow</Code> in its configuration: no file
              in it.
            </Sight>
          )}
          {workflows?.map((file) => (
            <Read key={file.path} file={file} issues={issues.filter(({ path }) => path === file.path)} clock={clock} />
          ))}
        </ol>
      </section>
      <section className="px-4 py-3 max-[1100px]:px-(--gutter)">
        <h2 className="mb-1 font-semibold">Or begin with</h2>
        <ul className="grid gap-1 text-small">
          {OTHER_STARTS.map(([command, what]) => (
            <li key={command}>
              <span className="inline-flex items-center">
                <Code>{command}</Code>
                <CopyButton text={command} what={command} />
              </span>
              <span className="block text-ink-3">{what}</span>
            </li>
          ))}
          <li>
            <span className="block pt-1">Your database of the older Flowlord</span>
            <span className="block text-ink-3">
              start with its configuration: it is imported with its history, and the file stays as it is
            </span>
          </li>
        </ul>
      </section>
    </aside>
  );
}

interface ReadProps {
  readonly file: Workflow;
  readonly issues: readonly Issue[];
  readonly clock: Clock;
}

function Read({ file, issues, clock }: ReadProps): ReactElement {
  const isEmpty = file.phases === 0;
  const [first] = issues;
  const miss = issues.map((issue) => ({ issue, nearly: nearMissOf(issue) })).find(({ nearly }) => nearly !== null);
  return (
    <Sight at={file.loaded_at} clock={clock} status={isEmpty ? "none" : issues.length > 0 ? "warn" : "complete"}>
      <b className={`font-semibold ${isEmpty ? "underline decoration-dotted underline-offset-3" : ""}`}>
        {isEmpty ? "No phase found" : "Read"}
      </b>{" "}
      {isEmpty ? "in " : ""}
      <Code>{file.path}</Code>
      {isEmpty ? "." : `: ${file.phases} ${file.phases === 1 ? "phase" : "phases"}.`}
      {miss?.nearly ? (
        <NearMiss line={miss.issue.line} {...miss.nearly} />
      ) : (
        first !== undefined && (
          <span className="block text-small text-ink-2">
            Line {first.line}: {first.message} {first.remedy}
          </span>
        )
      )}
    </Sight>
  );
}

interface SightProps {
  readonly at: string | null;
  readonly clock: Clock;
  readonly status: Status;
  readonly children: ReactNode;
}

function Sight({ at, clock, status, children }: SightProps): ReactElement {
  return (
    <li data-status={status} className="grid grid-cols-[56px_14px_minmax(0,1fr)] gap-2">
      <time className="text-small leading-5 text-ink-3">{at === null ? "" : clock.time(Date.parse(at))}</time>
      <span className="pt-[3px]">
        <Mark status={status} />
      </span>
      <div className="min-w-0">{children}</div>
    </li>
  );
}

export function Code({ children }: { readonly children: ReactNode }): ReactElement {
  return <code className="font-mono text-small break-words">{children}</code>;
}
