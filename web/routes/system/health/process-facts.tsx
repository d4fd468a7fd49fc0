import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useState } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import { Button } from "../../../components/button.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { count, NOTHING } from "../../../services/format.ts";
import { Section } from "../section.tsx";
import { DeadLetters } from "./dead-letters.tsx";
import { metricsQuery } from "../../../services/queries.ts";

/** What waits, and what the process needs. */
export function ProcessFacts(): ReactElement {
  const { data } = useQuery(metricsQuery);
  const [isOpen, setOpen] = useState(false);
  const rows: readonly (readonly [name: string, value: ReactNode])[] =
    data === undefined
      ? []
      : [
          ["To send", count(data.queues.outbox)],
          ["Waiting for their time or a slot", <Tasks key="w" state="waiting" of={data.queues.waiting} />],
          ["Sent, not taken yet", <Tasks key="s" state="sent" of={data.queues.sent} />],
          ["Running", <Tasks key="r" state="running" of={data.queues.running} />],
          ["Overdue", <Tasks key="o" state="overdue" of={data.queues.overdue} />],
          [
            "Dead letters",
            data.queues.dead_letters === 0 ? (
              "0"
            ) : (
              <Button key="d" kind="bare" className="-my-1 -mr-2 text-accent!" onClick={() => setOpen(true)}>
                {count(data.queues.dead_letters)} open
              </Button>
            ),
          ],
          [
            "Messages a commit",
            data.group_size.count === 0 ? NOTHING : `${data.group_size.mean.toFixed(1)} on average`,
          ],
          ["Commit, p99 since the start", data.commit_ms.p99 === null ? NOTHING : `up to ${data.commit_ms.p99} ms`],
          [
            "Memory",
            `${sizeText(data.process.memory)}${data.process.memory_limit === null ? "" : ` of ${sizeText(data.process.memory_limit)}`}`,
          ],
          ["Live listeners", count(data.process.live_listeners)],
          [
            "Log folder",
            <code key="l" className="font-mono break-all">
              {data.process.log_dirs.join(", ") || NOTHING}
            </code>,
          ],
          [
            data.disks.length === 1 ? "Disk" : "Disks",
            data.disks.map(({ path, free, total, level }) => (
              <span key={path} className="block">
                <span className={level === "ok" ? "" : "text-warn-text"}>
                  {sizeText(free)} free of {sizeText(total)}
                </span>
                <code className="block font-mono break-all text-ink-3">{path}</code>
              </span>
            )),
          ],
          ["Started", <RelativeTime key="t" at={data.process.started_at} />],
        ];
  return (
    <Section
      title="Queues and process"
      about={data === undefined ? "" : `${data.process.host}, pid ${data.process.pid}`}
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-small/6">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="whitespace-nowrap text-ink-2">{name}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
      {isOpen && <DeadLetters onClose={() => setOpen(false)} />}
    </Section>
  );
}

function Tasks({ state, of }: { readonly state: string; readonly of: number }): ReactElement {
  if (of === 0) return <span className="text-ink-3">0</span>;
  return (
    <Link to="/tasks" search={{ q: `state:${state}` }} className="text-accent hover:underline">
      {count(of)}
    </Link>
  );
}
