import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactElement, useMemo } from "react";
import { Segments } from "../../components/segments.tsx";
import { TabRow } from "../../components/tab-row.tsx";
import { Clock } from "../../services/format.ts";
import { useMedia } from "../../services/media.ts";
import { useNow } from "../../services/now.ts";
import { useZone } from "../../services/preferences.ts";
import { useSeesAll } from "../../shell/places.ts";
import { RangeSwitch } from "../../shell/range-switch.tsx";
import { Restricted } from "../../shell/restricted.tsx";
import { TopBar } from "../../shell/top-bar.tsx";
import { Beside } from "./beside.tsx";
import { List } from "./list/list.tsx";
import { dayBeside, spanOf, spanText } from "./range.ts";
import { type FilesSearch, without } from "./search.ts";

/** File events: what came, what it matched and what was made of it; beside them when they come, and what a pattern matches. */
export function Files(): ReactElement {
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const seesAll = useSeesAll();
  const { side } = useSearch({ from: "/shell/files" });
  // Behind a tab there is no list: one that nobody sees would go on to its end.
  const isListed = !useMedia("(max-width: 1180px)") || side === undefined;
  return (
    <div className="min-w-0">
      <TopBar title="Files" range={seesAll === false ? undefined : <Range clock={clock} now={now} />} />
      {seesAll === false ? (
        <main id="main" className="min-w-0 pb-8 max-[720px]:pb-20">
          <Restricted what="The list of files" />
        </main>
      ) : (
        <>
          <div className="min-[1181px]:hidden">
            <Sides />
          </div>
          <main
            id="main"
            className="grid min-w-0 grid-cols-[minmax(0,1fr)_400px] pb-8 max-[1180px]:grid-cols-1 max-[720px]:pb-20"
          >
            {isListed && <List clock={clock} now={now} />}
            <Beside clock={clock} now={now} />
          </main>
        </>
      )}
    </div>
  );
}

/** Where the list and what stands beside it have no room together. */
function Sides(): ReactElement {
  const { side } = useSearch({ from: "/shell/files" });
  const tab = (name: string, of: FilesSearch["side"]) => ({
    name,
    link: {
      to: "/files",
      search: (before: FilesSearch) => ({ ...without(before, "side"), ...(of === undefined ? {} : { side: of }) }),
    } as const,
    isCurrent: side === of,
  });
  return (
    <TabRow
      label="Views of files"
      tabs={[tab("Files", undefined), tab("Arrivals", "arrivals"), tab("Pattern tester", "tester")]}
    />
  );
}

const DAYS = [
  { value: "day", name: "Day" },
  { value: "week", name: "7 days" },
  { value: "all", name: "All" },
] as const;

/** The day that is shown, and the days beside it. */
function Range({ clock, now }: { readonly clock: Clock; readonly now: number }): ReactElement {
  const search = useSearch({ from: "/shell/files" });
  const navigate = useNavigate({ from: "/files" });
  const span = spanOf(search, now, clock.zone);
  const show = (day: string | undefined): void =>
    void navigate({
      search: (before) => ({ ...without(before, "day", "open", "time"), ...(day === undefined ? {} : { day }) }),
    });
  const isDay = span.from !== null && search.day !== "week";
  return (
    <span className="flex items-center gap-2">
      <RangeSwitch
        onEarlier={isDay ? () => show(dayBeside(span, -1, now, clock.zone)) : null}
        onLater={isDay && span.until !== null ? () => show(dayBeside(span, 1, now, clock.zone)) : null}
        onNow={() => show(undefined)}
      >
        {spanText(search, span, clock, now)}
      </RangeSwitch>
      <Segments
        label="Days"
        options={DAYS}
        value={isDay ? "day" : span.from === null ? "all" : "week"}
        onChange={(next) => show(next === "day" ? undefined : next)}
      />
    </span>
  );
}
