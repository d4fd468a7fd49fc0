import type { ReactElement } from "react";
import { Notes } from "../../../acting/notes.tsx";
import { CopyButton } from "../../../components/copy-button.tsx";
import { type Clock, count } from "../../../services/format.ts";
import { taskTimeText } from "../../../services/alert-words.ts";
import { Section } from "../../task/section.tsx";
import { WhyEvents } from "../../task/why-events.tsx";
import { Matched } from "../list/outcome.tsx";
import type { FileHistory } from "../files-queries.ts";
import { Actions } from "./actions.tsx";
import { Deliveries } from "./deliveries.tsx";
import { EventFields } from "./event-fields.tsx";
import { Lead } from "./lead.tsx";
import { Lineage } from "./lineage.tsx";
import { Tries } from "./tries.tsx";

interface Props {
  readonly history: FileHistory;
  readonly clock: Clock;
  readonly now: number;
}

export function FileParts({ history, clock, now }: Props): ReactElement {
  const { file, near_misses: misses, decisions, notes } = history;
  return (
    <>
      <section aria-label="File" className="grid gap-2.5 border-b border-line px-(--gutter) py-4">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Matched file={{ matched: file.matched, phases: history.matches.slice(0, 5), nearest: misses[0] ?? null }} />
          {file.task_time !== null && (
            <span className="font-mono text-small" title={`${file.task_time} ${file.task_zone ?? ""}`}>
              {taskTimeText(file.task_time)}
            </span>
          )}
          <span className="flex items-center text-small text-ink-3">
            event {file.id}
            <CopyButton text={String(file.id)} what="the number of the event" />
          </span>
        </div>
        <h2 className="flex items-center gap-1 font-mono break-all">
          {file.path}
          <CopyButton text={file.path} what="the path" />
        </h2>
        <Lead history={history} />
        <div className="flex flex-wrap items-center gap-2">
          <Actions history={history} />
        </div>
      </section>
      {misses.length > 0 && (
        <Section
          title="Where the patterns stopped"
          note={`The nearest ${misses.length === 1 ? "one, as it was" : `${count(misses.length)}, as they were`} when it came`}
        >
          <Tries path={file.path} misses={misses} />
        </Section>
      )}
      <Lineage history={history} />
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,400px)] max-[1100px]:grid-cols-1">
        <div className="min-w-0 border-r border-line max-[1100px]:border-r-0">
          <Section title="Why" note={`${count(decisions.length)} ${decisions.length === 1 ? "decision" : "decisions"}`}>
            <WhyEvents events={decisions} whys={[]} clock={clock} now={now} />
          </Section>
          <Deliveries history={history} clock={clock} now={now} />
        </div>
        <div className="min-w-0">
          <EventFields file={file} clock={clock} now={now} />
          <Section title="Notes">
            <Notes target={{ kind: "file", key: String(file.id) }} notes={notes} of={undefined} query="files" />
          </Section>
        </div>
      </div>
    </>
  );
}
