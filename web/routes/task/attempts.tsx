import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { CopyButton } from "../../components/copy-button.tsx";
import { StatusWord } from "../../components/mark.tsx";
import { type Clock, count, duration, NOTHING } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { Section } from "./section.tsx";
import { type Attempt, sameMessageQuery, type Why } from "./task-queries.ts";
import { instant, isOpen, pageOf } from "../../components/runs/run-text.ts";
import { phrase } from "./task-text.ts";

interface Props {
  readonly attempts: readonly Attempt[];
  /** The record of the address. */
  readonly opened: number;
  readonly why: Why | undefined;
  readonly clock: Clock;
  readonly now: number;
}

const NUMBER = "px-2 text-right whitespace-nowrap";

/** The newest first; the one of the address is open, or else the newest that failed. */
export function Attempts({ attempts, opened, why, clock, now }: Props): ReactElement {
  const failed = attempts.findLast(({ result }) => result !== "" && result !== "complete");
  const byAddress = attempts.find(
    ({ record_id: id, msg }) => id === opened && opened !== attempts[0]?.record_id && msg !== "",
  );
  const [chosen, setChosen] = useState<number | null | undefined>();
  const shown = chosen === undefined ? ((byAddress ?? failed)?.record_id ?? null) : chosen;
  return (
    <Section
      title="Attempts"
      note={attempts.length === 1 ? undefined : `${count(attempts.length)}, the newest first`}
      isFlush
    >
      <table className="w-full border-collapse text-small">
        <thead className="max-[720px]:sr-only">
          <tr className="h-(--row-head) border-y border-line bg-surface-2 text-left text-ink-3 *:font-normal">
            <th scope="col" className={`${NUMBER} w-24 pl-(--gutter) font-normal`}>
              Attempt
            </th>
            <th scope="col" className="w-28 px-2">
              Status
            </th>
            <th scope="col" className={`${NUMBER} w-36`}>
              Created
            </th>
            <th scope="col" className={`${NUMBER} w-20`}>
              Queue
            </th>
            <th scope="col" className={`${NUMBER} w-20`}>
              Run
            </th>
            <th scope="col" className={`${NUMBER} w-36`}>
              Ended
            </th>
            <th scope="col" className="px-2">
              Message
            </th>
          </tr>
        </thead>
        {attempts.toReversed().map((attempt, at) => (
          <AttemptRows
            key={attempt.record_id}
            attempt={attempt}
            attempts={attempts}
            why={at === 0 ? why : undefined}
            isOpened={attempt.record_id === shown}
            onToggle={() => setChosen(attempt.record_id === shown ? null : attempt.record_id)}
            clock={clock}
            now={now}
          />
        ))}
      </table>
    </Section>
  );
}

interface RowProps extends Omit<Props, "opened"> {
  readonly attempt: Attempt;
  readonly isOpened: boolean;
  readonly onToggle: () => void;
}

function AttemptRows({ attempt, attempts, why, isOpened, onToggle, clock, now }: RowProps): ReactElement {
  const { record_id: record, created, ended, finished_at: finished, queue_seconds: queue, task_seconds: ran } = attempt;
  const time = (text: string | null): string => (text === null ? NOTHING : clock.moment(Date.parse(text), now));
  const seconds = (value: number | null): string => (value === null ? NOTHING : duration(value * 1000));
  const started = instant(attempt.started);
  const runs =
    started !== null && ran === null && isOpen(attempt) ? duration(Math.max(0, now - started)) : seconds(ran);
  const due = attempt.state === "waiting" ? (why?.task.due_at ?? null) : null;
  return (
    <tbody>
      <tr className="h-(--row) border-b border-line hover:bg-surface-3 max-[720px]:flex max-[720px]:h-auto max-[720px]:min-h-(--row-touch) max-[720px]:flex-wrap max-[720px]:items-center max-[720px]:gap-x-3 max-[720px]:px-(--gutter) max-[720px]:py-1.5 max-[720px]:*:p-0">
        <td className={`${NUMBER} pl-(--gutter)`}>{attempt.attempt + 1}</td>
        <td className="px-2">
          <StatusWord status={statusOf(attempt)} />
        </td>
        <td className={NUMBER}>{due === null ? time(created) : `${time(due)}, planned`}</td>
        <td className={`${NUMBER} max-[720px]:hidden`}>{seconds(queue)}</td>
        <td className={NUMBER}>{runs}</td>
        <td className={`${NUMBER} max-[720px]:hidden`}>{time(ended ?? finished)}</td>
        <td className="max-w-0 px-2 max-[720px]:max-w-none max-[720px]:basis-full">
          <button
            type="button"
            aria-expanded={isOpened}
            onClick={onToggle}
            className="block min-h-6 w-full truncate text-left hover:underline"
          >
            {attempt.msg === "" ? <span className="text-ink-3">record {record}</span> : attempt.msg}
          </button>
        </td>
      </tr>
      {isOpened && (
        <tr className="border-b border-line">
          <td colSpan={7} className="px-(--gutter) py-2 min-[720px]:pl-14">
            <Opened attempt={attempt} attempts={attempts} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** The whole message, who else had it, and where its log is. */
function Opened({ attempt, attempts }: Pick<RowProps, "attempt" | "attempts">): ReactElement {
  const { msg, record_id: record, result } = attempt;
  const same = attempts.filter((other) => other.msg === msg && other.record_id !== record && msg !== "");
  const isFailure = msg !== "" && result !== "" && result !== "complete";
  return (
    <>
      {msg !== "" && (
        <div className="flex items-start gap-1 rounded-control border border-line bg-surface-2">
          <pre className="max-h-60 min-w-0 flex-1 overflow-auto px-3 py-2 font-mono break-words whitespace-pre-wrap">
            {msg}
          </pre>
          <CopyButton text={msg} what="the message" />
        </div>
      )}
      <p className="mt-1 flex flex-wrap gap-x-3 text-ink-3">
        {same.length > 0 && <span>Same message as attempt {same.map((other) => other.attempt + 1).join(", ")}.</span>}
        <Link
          {...pageOf(record)}
          search={{ log: record }}
          hash="log"
          className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
        >
          Log of attempt {attempt.attempt + 1}
        </Link>
        {isFailure && <Others attempt={attempt} attempts={attempts} />}
      </p>
    </>
  );
}

/** How many other tasks say the same. */
function Others({ attempt, attempts }: Pick<RowProps, "attempt" | "attempts">): ReactElement {
  const query = `result:${phrase(attempt.result)} msg:${phrase(attempt.msg)}`;
  const { data } = useQuery(sameMessageQuery(query));
  if (data === undefined) return <span>Others with it are counted.</span>;
  const others = data.total - attempts.filter(({ msg }) => msg === attempt.msg).length;
  if (others <= 0) return <span>No other task has it.</span>;
  return (
    <span>
      Seen in {data.total_is === "exact" ? "" : "at least "}
      {count(others)} other {others === 1 ? "record" : "records"}.{" "}
      <Link
        to="/tasks"
        search={{ q: query }}
        className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
      >
        Show them
      </Link>
    </span>
  );
}
