import { useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Clock } from "../../services/format.ts";
import { Arrivals } from "./arrivals/arrivals.tsx";
import { Tester } from "./tester/tester.tsx";
import { Volumes } from "./volumes/volumes.tsx";

interface Props {
  readonly clock: Clock;
  readonly now: number;
}

/** Beside the list, and in its place where not both have room: when files come, how many, and what a pattern would match. */
export function Beside({ clock, now }: Props): ReactElement {
  const { side } = useSearch({ from: "/shell/files" });
  const shown = (of: "arrivals" | "tester"): string => (side === of ? "" : "max-[1180px]:hidden");
  return (
    <div className="min-w-0 border-l border-line max-[1180px]:border-l-0">
      <div className={shown("arrivals")}>
        <Arrivals clock={clock} />
        <Volumes clock={clock} now={now} />
      </div>
      <div className={shown("tester")}>
        <Tester clock={clock} now={now} />
      </div>
    </div>
  );
}
