import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import type { z } from "zod";
import type { silenceAnswer } from "../../../../src/contract/api/alerts/silence-api.ts";
import { HOUR, MINUTE } from "../../../../src/contract/time/time-units.ts";
import { ActButton } from "../../../acting/act-button.tsx";
import { FIELD, Labelled, Refusal } from "../../../acting/fields.tsx";
import { useSending } from "../../../acting/use-sending.ts";
import { Button } from "../../../components/button.tsx";
import { Icon } from "../../../components/icon.tsx";
import { Segments } from "../../../components/segments.tsx";
import { ago, type Clock, count } from "../../../services/format.ts";
import { queryClient } from "../../../services/queries.ts";
import { showToast } from "../../../services/toasts.ts";
import { fromWall, toWall } from "../../../services/time/zone.ts";
import { previewQuery } from "../alerts-queries.ts";
import { midnight } from "../range.ts";
import type { DraftScope } from "../search.ts";
import { MatchLines } from "./match-lines.tsx";
import { linesOf, scopeOf } from "./scope.ts";
import { SilencePreview } from "./silence-preview.tsx";
import { endSilence } from "./silences-acts.ts";

const LENGTHS = [
  { value: "30m", name: "30 m" },
  { value: "2h", name: "2 h" },
  { value: "8h", name: "8 h" },
  { value: "until", name: "until…" },
] as const;
type Length = (typeof LENGTHS)[number]["value"];
const MS: Readonly<Record<Exclude<Length, "until">, number>> = { "30m": 30 * MINUTE, "2h": 2 * HOUR, "8h": 8 * HOUR };

interface Props {
  readonly draft: DraftScope;
  readonly clock: Clock;
  readonly now: number;
  readonly onClose: () => void;
}

/** A silence that is being made: what it matches, for how long, and what that covers. */
export function SilencePanel({ draft, clock, now, onClose }: Props): ReactElement {
  const [lines, setLines] = useState(() => linesOf(draft));
  const [length, setLength] = useState<Length>("2h");
  const [until, setUntil] = useState(() => wallText(now + 2 * HOUR, clock.zone));
  const [reason, setReason] = useState("");
  const { isSending, refusal, send } = useSending();
  const frame = useRef<HTMLElement>(null);
  useEffect(() => frame.current?.focus(), []);
  const scope = scopeOf(lines);
  const { data: preview } = useQuery(previewQuery(scope, midnight(now, clock.zone)));
  const endsAt = length === "until" ? wallTime(until, clock.zone) : now + MS[length];
  const total = preview?.total ?? 0;
  const what = total === 1 ? "1 alert" : `${count(total)} alerts`;
  const submit = async (): Promise<void> => {
    if (endsAt === null) return;
    const body = { ...scope, ends_at: new Date(endsAt).toISOString(), reason };
    const made = await send<z.output<typeof silenceAnswer>>("/api/silences", body);
    if (made === null) return;
    onClose();
    showToast(`Silenced ${what} until ${clock.moment(endsAt, now)}.`, () => void endSilence(made.id));
    void queryClient.invalidateQueries();
  };
  return (
    <section
      ref={frame}
      tabIndex={-1}
      aria-label="New silence"
      className="grid gap-4 border-b border-line p-4 outline-none max-[1100px]:order-first"
    >
      <div className="flex items-center">
        <h2 className="font-semibold">New silence</h2>
        <Button kind="icon" className="ml-auto" aria-label="Close" onClick={onClose}>
          <Icon name="close" size={14} />
        </Button>
      </div>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isSending) void submit();
        }}
      >
        <MatchLines lines={lines} onLines={setLines} />
        <div className="grid justify-items-start gap-1.5">
          <span className="text-small text-ink-2">For</span>
          <Segments label="Duration" options={LENGTHS} value={length} onChange={setLength} />
          {length === "until" && (
            <input
              type="datetime-local"
              aria-label={`Until, by the clocks of ${clock.zone}`}
              className={FIELD}
              value={until}
              onChange={(event) => setUntil(event.target.value)}
            />
          )}
          <p className="text-small text-ink-3">
            {endsAt === null || endsAt <= now
              ? "Its end must be in the future."
              : `Ends ${clock.day(endsAt, now)} ${clock.minutes(endsAt)}, ${ago(endsAt, now)}`}
          </p>
        </div>
        <Labelled label="Note">
          <input
            className={FIELD}
            value={reason}
            maxLength={2000}
            onChange={(event) => setReason(event.target.value)}
          />
        </Labelled>
        <SilencePreview scope={scope} endsAt={endsAt} clock={clock} now={now} />
        {lines.length === 0 && (
          <p className="text-small text-warn-text">Nothing narrows it down: it silences every alert, also new ones.</p>
        )}
        <Refusal refusal={refusal} />
        <div className="flex gap-2">
          <ActButton
            kind="go"
            type="submit"
            of="everything"
            disabled={isSending || preview === undefined || endsAt === null || endsAt <= now}
          >
            {total === 0 ? "Silence what comes" : `Silence ${what}`}
          </ActButton>
          <Button kind="bare" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </section>
  );
}

/** As the field for a date and a time has it. */
function wallText(at: number, zone: string): string {
  return new Date(toWall(at, zone)).toISOString().slice(0, 16);
}

function wallTime(text: string, zone: string): number | null {
  const wall = Date.parse(`${text}Z`);
  return Number.isNaN(wall) ? null : fromWall(wall, zone);
}
