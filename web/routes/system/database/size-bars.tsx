import type { ReactElement } from "react";
import { sizeText } from "../../../../src/contract/live/size-text.ts";
import type { Clock } from "../../../services/format.ts";
import type { GrowthChart } from "./growth.ts";
import { shadeOf } from "./shades.ts";

const [WIDTH, HEIGHT] = [1000, 160];

interface Props {
  readonly chart: GrowthChart;
  readonly limit: number | null;
  readonly clock: Clock;
  readonly now: number;
}

/** Bars of what was, dotted ones of what is expected, up to the limit. */
export function SizeBars({ chart, limit, clock, now }: Props): ReactElement {
  const { bars, from, until, stepMs, most, crossings } = chart;
  const x = (at: number): number => ((at - from) / (until - from)) * WIDTH;
  const y = (bytes: number): number => HEIGHT - (bytes / most) * HEIGHT;
  const width = (stepMs / (until - from)) * WIDTH * 0.76;
  const lines = limit === null ? [] : [limit, limit * 0.8].filter((line) => line <= most);
  const marks = bars.filter((_, index) => index % Math.ceil(bars.length / 6) === 0);
  return (
    <div className="relative mr-2 ml-12 pt-5">
      <div className="relative h-40">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="block size-full overflow-visible"
          role="img"
          aria-label="Size of the database by table, day by day, and as it is expected; the numbers stand in the table behind Show as table"
        >
          {[0, 1, 2, 3].map((line) => (
            <line
              key={line}
              x1="0"
              x2={WIDTH}
              y1={(HEIGHT / 3) * line}
              y2={(HEIGHT / 3) * line}
              stroke="var(--chart-grid)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {bars.map(({ at, parts, total }) =>
            parts.length === 0 ? (
              <rect
                key={at}
                x={x(at)}
                width={width}
                y={y(total)}
                height={HEIGHT - y(total)}
                fill="none"
                stroke="var(--chart-ghost)"
                strokeDasharray="2 2"
                vectorEffect="non-scaling-stroke"
              />
            ) : (
              parts.map((part, index) => {
                const below = parts.slice(0, index).reduce((sum, one) => sum + one, 0);
                return (
                  <rect
                    key={`${at} ${index}`}
                    x={x(at)}
                    width={width}
                    y={y(below + part)}
                    height={Math.max(0, y(below) - y(below + part))}
                    fill={shadeOf(index, parts.length)}
                  />
                );
              })
            ),
          )}
          {lines.map((line, index) => (
            <line
              key={line}
              x1="0"
              x2={WIDTH}
              y1={y(line)}
              y2={y(line)}
              stroke="var(--error)"
              strokeOpacity={index === 0 ? 1 : 0.5}
              strokeDasharray="4 3"
              vectorEffect="non-scaling-stroke"
            />
          ))}
        </svg>
        {[1, 2, 3].map((line) => (
          <span
            key={line}
            className="absolute -left-12 w-11 -translate-y-1/2 text-right text-micro whitespace-nowrap text-ink-3"
            style={{ top: `${(1 - line / 3) * 100}%` }}
          >
            {sizeText((most * line) / 3)}
          </span>
        ))}
        {lines.map((line, index) => (
          <span
            key={line}
            className="absolute left-1 -translate-y-full text-micro text-ink-2"
            style={{ top: `${(y(line) / HEIGHT) * 100}%` }}
          >
            {index === 0 ? `limit ${sizeText(line)}` : "80 %, warning"}
          </span>
        ))}
        {crossings
          .filter(({ at, of }) => at <= until && of <= most)
          .map(({ of, at, days }) => (
            <span
              key={of}
              className="absolute text-micro whitespace-nowrap text-ink"
              style={{ left: `${(x(at) / WIDTH) * 100}%`, top: `${(y(of) / HEIGHT) * 100}%` }}
            >
              <span className="absolute -top-1 -left-1 size-2 rounded-full border border-ink bg-surface" />
              <span className={`absolute right-0 bottom-1.5 ${of === limit ? "" : "max-[720px]:hidden"}`}>
                {of === limit ? "full" : "80 %"} in {Math.round(days)} d, {clock.day(at, now)}
              </span>
            </span>
          ))}
        <span className="absolute inset-y-0 w-0.5 bg-accent" style={{ left: `${(x(now) / WIDTH) * 100}%` }} />
      </div>
      <div className="relative h-4.5 text-micro text-ink-3" aria-hidden="true">
        {marks
          .filter(({ at }) => x(at) < WIDTH * 0.92)
          .map(({ at }, index) => (
            <span
              key={at}
              className={`absolute whitespace-nowrap ${index % 2 === 1 ? "max-[720px]:hidden" : ""}`}
              style={{ left: `${(x(at) / WIDTH) * 100}%` }}
            >
              {clock.day(at, now)}
            </span>
          ))}
      </div>
    </div>
  );
}
