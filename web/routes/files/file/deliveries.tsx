import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Mark } from "../../../components/mark.tsx";
import { ago, type Clock, count } from "../../../services/format.ts";
import { Section } from "../../task/section.tsx";
import type { FileHistory } from "../files-queries.ts";

interface Props {
  readonly history: FileHistory;
  readonly clock: Clock;
  readonly now: number;
}

/** Each time that something came about the same path. */
export function Deliveries({ history, clock, now }: Props): ReactElement {
  const { file, earlier, later } = history;
  const all = [...earlier, file, ...later].toReversed();
  const again = file.deliveries === 1 ? "" : `; this one was delivered ${count(file.deliveries)} times`;
  return (
    <Section
      title="The same path"
      note={`${all.length === 1 ? "It came once" : `It came ${count(all.length)} times${earlier.length === 20 || later.length === 20 ? " or more" : ""}`}${again}`}
    >
      <ol className="text-small">
        {all.map((event) => {
          const at = Date.parse(event.received_at);
          return (
            <li
              key={event.id}
              aria-current={event.id === file.id ? "true" : undefined}
              className="flex min-h-(--row) flex-wrap items-center gap-x-3 border-b border-line px-1 last:border-b-0 aria-[current=true]:bg-accent-weak"
            >
              <Mark
                status={event.matched > 0 ? "complete" : "none"}
                label={event.matched > 0 ? "matched" : "matched none"}
              />
              <Link to="/files/$id" params={{ id: String(event.id) }} className="hover:underline">
                event {event.id}
              </Link>
              <time dateTime={event.received_at} title={clock.zone}>
                {clock.moment(at, now)}
              </time>
              <span className="text-ink-3">{ago(at, now)}</span>
              <span className="ml-auto text-ink-2">
                {count(event.tasks)} {event.tasks === 1 ? "task" : "tasks"}
              </span>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
