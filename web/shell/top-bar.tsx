import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { Button } from "../components/button.tsx";
import { Segments } from "../components/segments.tsx";
import { Clock } from "../services/format.ts";
import { useConnection } from "../services/live.ts";
import { setPreferences, usePreferences, useZone } from "../services/preferences.ts";
import { statusQuery } from "../services/queries.ts";
import { AccountMenu } from "./account-menu.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

/** The name of the page, what it is of, and what holds for all pages. */
export function TopBar({
  title,
  children,
}: {
  readonly title: ReactNode;
  readonly children?: ReactNode;
}): ReactElement {
  const isAway = useConnection() === "away";
  return (
    <header className="sticky top-0 z-5 flex h-(--top-h) items-center gap-2 border-b border-line bg-surface px-(--gutter)">
      <h1 className="mr-3 text-title font-semibold tracking-tight whitespace-nowrap">{title}</h1>
      {isAway ? (
        <Away />
      ) : (
        <>
          {children}
          <span className="flex-1" />
          <ZoneSwitch />
          <LiveSwitch />
        </>
      )}
      <ThemeSwitch />
      <AccountMenu />
    </header>
  );
}

/** Takes the place of what cannot work meanwhile, so that nothing moves. */
function Away(): ReactElement {
  const { dataUpdatedAt } = useQuery(statusQuery);
  const clock = new Clock(useZone());
  const since = dataUpdatedAt === 0 ? "" : ` The figures are of ${clock.time(dataUpdatedAt)}.`;
  return (
    <p role="status" className="flex-1 text-warn-text">
      Flowlord does not answer; it is asked again.{since}
    </p>
  );
}

function ZoneSwitch(): ReactElement {
  const { zone } = usePreferences();
  return (
    <span className="max-[720px]:hidden">
      <Segments
        label="Time zone"
        value={zone}
        options={[
          { value: "UTC", name: "UTC" },
          { value: "local", name: "Local" },
        ]}
        onChange={(next) => setPreferences({ zone: next })}
      />
    </span>
  );
}

function LiveSwitch(): ReactElement {
  const { live } = usePreferences();
  return (
    <Button kind="bare" aria-pressed={live} onClick={() => setPreferences({ live: !live })}>
      <i className={`size-1.75 rounded-full ${live ? "bg-(--running)" : "border border-line-control"}`} />
      Live
    </Button>
  );
}
