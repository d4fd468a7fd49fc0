import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { HOUR } from "../../../../src/contract/time/time-units.ts";
import { ActButton } from "../../../acting/act-button.tsx";
import { Check } from "../../../acting/fields.tsx";
import { Button } from "../../../components/button.tsx";
import { Empty } from "../../../components/empty.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Mark, type Status } from "../../../components/mark.tsx";
import { Pill } from "../../../components/pill.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { aboutText } from "../../../services/alert-words.ts";
import { ago, type Clock, count } from "../../../services/format.ts";
import { without } from "../search.ts";
import { type ShownSilence, silencesQuery } from "../alerts-queries.ts";
import { scopeTerms } from "./scope.ts";
import { SilencePanel } from "./silence-panel.tsx";
import { endListed, extendSilence } from "./silences-acts.ts";

const STATES: Readonly<Record<ShownSilence["state"], { readonly status: Status; readonly word: string }>> = {
  planned: { status: "none", word: "planned" },
  in_force: { status: "running", word: "in force" },
  ended: { status: "skipped", word: "ended" },
};

interface Props {
  readonly clock: Clock;
  readonly now: number;
}

/** Who keeps quiet what, until when. */
export function Silences({ clock, now }: Props): ReactElement {
  const { ended = false, silence } = useSearch({ from: "/shell/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const { data, error, refetch } = useQuery(silencesQuery(ended));
  const close = (): void => void navigate({ search: (before) => without(before, "silence") });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_324px] max-[1100px]:grid-cols-1">
      <section aria-label="Silences" className="min-w-0">
        <div className="flex min-h-11 flex-wrap items-center gap-3 border-b border-line px-(--gutter)">
          <Check
            isOn={ended}
            onChange={(isOn) =>
              void navigate({ search: (before) => (isOn ? { ...before, ended: true } : without(before, "ended")) })
            }
          >
            Also those that have ended
          </Check>
          <ActButton
            of="everything"
            className="ml-auto"
            onClick={() => void navigate({ search: (before) => ({ ...before, silence: {} }) })}
          >
            <Icon name="mute" size={14} />
            New silence…
          </ActButton>
        </div>
        {data === undefined ? (
          error === null ? (
            <SkeletonRows rows={6} label="Silences are loaded" />
          ) : (
            <Problem what="The list" error={error} onRetry={() => void refetch()} />
          )
        ) : data.length === 0 ? (
          <Empty
            action={
              !ended && (
                <Button onClick={() => void navigate({ search: (before) => ({ ...before, ended: true }) })}>
                  Show those that have ended
                </Button>
              )
            }
          >
            {ended
              ? "There never was a silence."
              : "No silence is in force: channels are notified of every open alert."}
          </Empty>
        ) : (
          <ul>
            {data.map((one) => (
              <Silence key={one.id} silence={one} clock={clock} now={now} />
            ))}
          </ul>
        )}
      </section>
      <aside aria-label="New silence" className="border-l border-line max-[1100px]:order-first max-[1100px]:border-l-0">
        {silence !== undefined && (
          <SilencePanel key={JSON.stringify(silence)} draft={silence} clock={clock} now={now} onClose={close} />
        )}
      </aside>
    </div>
  );
}

function Silence({ silence, clock, now }: { readonly silence: ShownSilence } & Props): ReactElement {
  const { status, word } = STATES[silence.state];
  const [starts, ends] = [Date.parse(silence.starts_at), Date.parse(silence.ends_at)];
  const isLasting = silence.state !== "ended";
  const removed = silence.removed_at === null ? null : Date.parse(silence.removed_at);
  return (
    <li className="grid gap-1.5 border-b border-line px-(--gutter) py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span data-status={status} className="inline-flex items-center gap-1.5 text-small text-(--word)">
          <Mark status={status} />
          {word}
        </span>
        {scopeTerms(silence).map((term) => (
          <Pill key={term}>{term}</Pill>
        ))}
        {isLasting && (
          <span className="ml-auto flex flex-wrap gap-2">
            <ActButton of="everything" onClick={() => void extendSilence(silence, 2 * HOUR, clock)}>
              Extend by 2 h
            </ActButton>
            <ActButton of="everything" onClick={() => void extendSilence(silence, 24 * HOUR, clock)}>
              Extend by 1 d
            </ActButton>
            <ActButton of="everything" kind="stop" onClick={() => void endListed(silence)}>
              End now
            </ActButton>
          </span>
        )}
      </div>
      <p className="text-small text-ink-2">
        {clock.moment(starts, now)} – {clock.moment(ends, now)}
        {isLasting && `, ${silence.state === "planned" ? `begins ${ago(starts, now)}` : `ends ${ago(ends, now)}`}`}; by{" "}
        {silence.author}
        {silence.reason !== "" && <>: {silence.reason}</>}
      </p>
      {removed !== null && (
        <p className="text-small text-ink-3">
          Ended early by {silence.removed_by} at {clock.moment(removed, now)}.
        </p>
      )}
      {isLasting && (
        <p className="text-small text-ink-3">
          {silence.covers === 0
            ? "Covers no alert now."
            : `Covers ${count(silence.covers)} ${silence.covers === 1 ? "alert" : "alerts"} now: ${coveredText(silence)}`}
        </p>
      )}
    </li>
  );
}

function coveredText({ covered, covers }: ShownSilence): string {
  const names = [...new Set(covered.map(aboutText))];
  return `${names.slice(0, 8).join(", ")}${names.length > 8 || covers > covered.length ? ", …" : ""}`;
}
