import { queryOptions, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, type SubmitEvent, useState } from "react";
import { Button } from "../../components/button.tsx";
import { sentenceCase, withThings } from "../../components/decision-text.tsx";
import { Mark } from "../../components/mark.tsx";
import { Problem } from "../../components/problem.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { get } from "../../services/api.ts";
import { TopBar } from "../../shell/top-bar.tsx";

/** As far as it is shown here. */
interface Answer {
  readonly phase: { readonly task: string; readonly workflow: string; readonly line: number } | null;
  readonly task_time: string | null;
  readonly task_zone: string | null;
  readonly reason: string;
  readonly findings: readonly { readonly code: string; readonly sentence: string; readonly why_not?: Answer }[];
  readonly notes?: readonly { readonly id: number; readonly text: string; readonly author: string }[];
}

function whyNotQuery(of: string, at: string) {
  const [type = "", job] = of.split(/:(.*)/s);
  return queryOptions({
    queryKey: ["tasks", "why-not", { of, at }],
    queryFn: async ({ signal }) =>
      (await get<{ answers: readonly Answer[] }>("/api/why-not", { type, job: job === "" ? null : job, at }, signal))
        .answers,
    enabled: of !== "",
  });
}

/** Why a phase has no task for a task time, in sentences. */
export function WhyNot(): ReactElement {
  const { of = "", at = "today" } = useSearch({ from: "/shell/why-not" });
  const { data, error, refetch } = useQuery(whyNotQuery(of, at));
  return (
    <div className="min-w-0">
      <TopBar title="Why did it not run?" />
      <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
        <Ask key={`${of} ${at}`} of={of} at={at} />
        {of === "" ? (
          <p className="px-(--gutter) py-4 text-ink-2">
            A type, or a type and a job as in <code className="font-mono">load:daily</code>, and for when it should have
            run.
          </p>
        ) : error !== null ? (
          <Problem what="The reason" error={error} onRetry={() => void refetch()} />
        ) : data === undefined ? (
          <SkeletonRows rows={4} label="The reason is looked for" />
        ) : (
          data.map((answer, index) => <Reason key={index} answer={answer} />)
        )}
      </main>
    </div>
  );
}

const FIELD = "h-(--control) rounded-control border border-line-control bg-surface px-2 font-mono text-small";

function Ask({ of, at }: { readonly of: string; readonly at: string }): ReactElement {
  const navigate = useNavigate({ from: "/why-not" });
  const [phase, setPhase] = useState(of);
  const [time, setTime] = useState(at);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    void navigate({ search: { of: phase.trim(), at: time.trim() } });
  };
  return (
    <form className="flex flex-wrap items-end gap-3 border-b border-line px-(--gutter) py-3 text-small" onSubmit={send}>
      <label className="grid gap-1">
        <span className="text-ink-3">Type and job</span>
        <input
          className={FIELD}
          value={phase}
          onChange={(event) => setPhase(event.target.value)}
          placeholder="load:daily"
        />
      </label>
      <label className="grid gap-1">
        <span className="text-ink-3">Task time</span>
        <input
          className={FIELD}
          value={time}
          onChange={(event) => setTime(event.target.value)}
          placeholder="today, yesterday, 2026-01-31T05"
        />
      </label>
      <Button type="submit" kind="go" disabled={phase.trim() === "" || time.trim() === ""}>
        Explain
      </Button>
    </form>
  );
}

/** The main reason first, then what else stands in the way; of a parent that is missing, its own reasons. */
function Reason({ answer }: { readonly answer: Answer }): ReactElement {
  const { phase, task_time: time, task_zone: zone, reason, findings, notes = [] } = answer;
  const others = findings.filter(({ sentence }) => sentence !== reason);
  const parents = findings.flatMap(({ why_not: parent }) => (parent === undefined ? [] : [parent]));
  return (
    <section className="border-b border-line px-(--gutter) py-3">
      <h2 className="font-semibold">
        {phase === null ? "No such phase" : phase.task}{" "}
        {time !== null && (
          <span className="font-mono text-small font-normal">{time.slice(0, 16).replace(/:00$/, "")}</span>
        )}{" "}
        <span className="text-small font-normal text-ink-3">
          {zone}
          {phase !== null && ` · ${phase.workflow}, line ${phase.line}`}
        </span>
      </h2>
      <p className="mt-1 flex items-start gap-2 break-words">
        <span className="flex h-5 items-center">
          <Mark status="none" />
        </span>
        <span className="min-w-0">{withThings(sentenceCase(reason))}.</span>
      </p>
      <ul className="mt-1 grid gap-0.5 pl-5.5 text-ink-2">
        {others.map(({ code, sentence }) => (
          <li key={code + sentence} className="break-words">
            {withThings(sentenceCase(sentence))}.
          </li>
        ))}
        {notes.map(({ id, text, author }) => (
          <li key={id}>
            Note of {author}: {text}
          </li>
        ))}
      </ul>
      {parents.map((parent, index) => (
        <div key={index} className="mt-2 border-l-2 border-line-2">
          <Reason answer={parent} />
        </div>
      ))}
    </section>
  );
}
