import { type KeyboardEvent, type PointerEvent, type ReactElement, useState } from "react";
import type { SummaryAnswer } from "../../../src/contract/api/instance/summary-api.ts";
import { Button } from "../../components/button.tsx";
import { Mark, type Status } from "../../components/mark.tsx";
import { type Clock, count, share } from "../../services/format.ts";

type Step = SummaryAnswer["series"]["steps"][number];

/** From the axis up. */
const PARTS = [
  { of: "completed", status: "complete" },
  { of: "in_progress", status: "running" },
  { of: "cancelled", status: "cancelled" },
  { of: "warned", status: "warn" },
  { of: "failed", status: "error" },
  { of: "alerted", status: "alert" },
] as const satisfies readonly { readonly of: keyof Step; readonly status: Status }[];

const [WIDTH, HEIGHT, TOP] = [1000, 130, 14];

interface Props {
  readonly summary: SummaryAnswer;
  readonly clock: Clock;
  readonly now: number;
}

/** Stacked bars by hour or day; the values of one are read in the head. */
export function TasksByHour({ summary, clock, now }: Props): ReactElement {
  const { steps, step } = summary.series;
  const [read, setRead] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const current = steps.findLastIndex(({ at }) => Date.parse(at) <= now);
  const shown = steps[read ?? current];
  const name = ({ at }: Step): string =>
    step === "day" ? clock.day(Date.parse(at), now) : clock.minutes(Date.parse(at));
  return (
    <section className="px-(--gutter) py-4">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="font-semibold">Tasks by {step}</h2>
        <p className="flex flex-wrap items-center gap-x-3 text-small text-ink-2">
          {shown !== undefined && <Readout step={shown} name={name(shown)} />}
        </p>
        <Button kind="bare" className="ml-auto text-accent" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Show as chart" : "Show as table"}
        </Button>
      </div>
      {isTable ? (
        <NumbersTable steps={steps} name={name} />
      ) : (
        <Bars steps={steps} read={read} onRead={setRead} name={name} now={now} />
      )}
    </section>
  );
}

function Readout({ step, name }: { readonly step: Step; readonly name: string }): ReactElement {
  const finished = step.total - step.in_progress - step.cancelled;
  return (
    <>
      <b className="font-semibold text-ink">{name}</b>
      <span>{count(step.total)} tasks</span>
      {PARTS.filter(({ of }) => step[of] > 0).map(({ of, status }) => (
        <span key={of} className="inline-flex items-center gap-1">
          <Mark status={status} size={12} label={status} />
          {count(step[of])}
        </span>
      ))}
      {step.failed > 0 && <span>{share(step.failed / Math.max(1, finished))} errors</span>}
    </>
  );
}

interface BarsProps {
  readonly steps: readonly Step[];
  readonly read: number | null;
  readonly onRead: (at: number | null) => void;
  readonly name: (step: Step) => string;
  readonly now: number;
}

function Bars({ steps, read, onRead, name, now }: BarsProps): ReactElement {
  const most = roundUp(Math.max(1, ...steps.map(({ total }) => total)));
  const slot = WIDTH / Math.max(1, steps.length);
  const y = (value: number): number => TOP + HEIGHT - (value / most) * HEIGHT;
  const keys = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    onRead(Math.min(steps.length - 1, Math.max(0, (read ?? steps.length - 1) + by)));
  };
  const follow = ({ currentTarget, clientX }: PointerEvent): void => {
    const { left, width } = currentTarget.getBoundingClientRect();
    onRead(Math.min(steps.length - 1, Math.max(0, Math.floor(((clientX - left) / width) * steps.length))));
  };
  const everyName = Math.ceil(steps.length / 8);
  return (
    <div className="relative ml-11">
      <svg
        viewBox={`0 0 ${WIDTH} ${TOP + HEIGHT + 1}`}
        preserveAspectRatio="none"
        className="block h-[168px] w-full"
        role="img"
        aria-label="Tasks by result; the numbers stand in the table behind Show as table"
        tabIndex={0}
        onKeyDown={keys}
        onPointerMove={follow}
        onPointerLeave={() => onRead(null)}
      >
        {[0, 1, 2, 3].map((line) => (
          <line
            key={line}
            x1="0"
            x2={WIDTH}
            y1={y((most * line) / 3)}
            y2={y((most * line) / 3)}
            stroke="var(--chart-grid)"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {steps.map((step, at) => (
          <g key={step.at}>
            {at === read && <rect x={at * slot} width={slot} y={TOP} height={HEIGHT} fill="var(--accent-weak)" />}
            <Stack
              step={step}
              x={at * slot + slot * 0.12}
              width={slot * 0.76}
              y={y}
              isToCome={Date.parse(step.at) > now}
            />
          </g>
        ))}
      </svg>
      {[0, 1, 2, 3].map((line) => (
        <AxisLabel key={line} value={(most * line) / 3} share={line / 3} />
      ))}
      <ol className="flex text-micro text-ink-3" aria-hidden="true">
        {steps.map((step, at) => (
          <li key={step.at} className="flex-1 overflow-visible text-center whitespace-nowrap">
            {at % everyName === 0 ? name(step) : ""}
          </li>
        ))}
      </ol>
    </div>
  );
}

function AxisLabel({ value, share }: { readonly value: number; readonly share: number }): ReactElement {
  const top = ((TOP + HEIGHT * (1 - share)) / (TOP + HEIGHT + 1)) * 168;
  return (
    <svg className="absolute top-0 -left-11 h-[168px] w-10 text-micro" aria-hidden="true">
      <text x="36" y={top + 4} textAnchor="end" fill="var(--ink-3)">
        {count(Math.round(value))}
      </text>
    </svg>
  );
}

interface StackProps {
  readonly step: Step;
  readonly x: number;
  readonly width: number;
  readonly y: (value: number) => number;
  readonly isToCome: boolean;
}

/** What there is at all is seen: one error in ten thousand has two pixels. */
function Stack({ step, x, width, y, isToCome }: StackProps): ReactElement {
  if (isToCome)
    return <line x1={x} x2={x + width} y1={y(0)} y2={y(0)} stroke="var(--chart-ghost)" strokeDasharray="2 2" />;
  return (
    <>
      {PARTS.map(({ of, status }, index) => {
        if (step[of] === 0) return null;
        const below = PARTS.slice(0, index).reduce((sum, part) => sum + step[part.of], 0);
        const from = y(below);
        const height = Math.max(2, from - y(below + step[of]));
        return (
          <rect
            key={of}
            data-status={status}
            x={x}
            width={width}
            y={from - height}
            height={height}
            fill={status === "complete" ? "color-mix(in srgb, var(--mark) 33%, var(--surface))" : "var(--mark)"}
          />
        );
      })}
    </>
  );
}

function NumbersTable({
  steps,
  name,
}: {
  readonly steps: readonly Step[];
  readonly name: (step: Step) => string;
}): ReactElement {
  return (
    <div className="max-h-60 overflow-auto">
      <table className="w-full text-small">
        <thead>
          <tr className="text-left text-ink-3">
            <th scope="col">From</th>
            <th scope="col" className="text-right">
              Total
            </th>
            {PARTS.map(({ of, status }) => (
              <th key={of} scope="col" className="text-right">
                {status}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.at} className="border-t border-line">
              <th scope="row" className="text-left font-normal">
                {name(step)}
              </th>
              <td className="text-right">{count(step.total)}</td>
              {PARTS.map(({ of }) => (
                <td key={of} className={`text-right ${step[of] === 0 ? "text-ink-3" : ""}`}>
                  {count(step[of])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** To three steps of a round number. */
function roundUp(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, most / 3)));
  return Math.ceil(most / 3 / unit) * unit * 3;
}
