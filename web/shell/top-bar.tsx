import type { ReactElement, ReactNode } from "react";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { KeyCaps } from "./chooser/key-caps.tsx";
import { setPreferences, usePreferences } from "../services/preferences.ts";
import { useIsAway } from "../services/reach.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Away } from "./away.tsx";
import { openOverlay } from "./overlay.ts";
import { ThemeSwitch } from "./theme-switch.tsx";
import { ZoneSwitch } from "./zone-switch.tsx";

interface Props {
  readonly title: ReactNode;
  /** Of the page, beside its name. */
  readonly children?: ReactNode;
  /** What the page is of, beside the zone of its times. */
  readonly range?: ReactNode;
}

/** The name of the page, what it is of, and what holds for all pages. */
export function TopBar({ title, children, range }: Props): ReactElement {
  const isAway = useIsAway();
  return (
    <header className="sticky top-0 z-5 flex min-h-(--top-h) flex-wrap items-center gap-2 border-b border-line bg-surface px-(--gutter) print:static">
      <h1 className="mr-3 min-w-0 truncate text-title font-semibold tracking-tight whitespace-nowrap">{title}</h1>
      {isAway ? (
        <Away />
      ) : (
        <>
          <FindButton />
          {children}
          <span className="flex-1 max-[720px]:hidden" />
          {range !== undefined && <span className="max-[720px]:order-9 max-[720px]:basis-full">{range}</span>}
          <ZoneSwitch />
          <LiveSwitch />
        </>
      )}
      <ThemeSwitch />
      <Button
        kind="icon"
        className="max-[720px]:hidden print:hidden"
        aria-label="Help and keys"
        title="Help and keys (?)"
        onClick={() => openOverlay("keys")}
      >
        <span aria-hidden="true">
          <KeyCaps keys="?" />
        </span>
      </Button>
      <AccountMenu />
    </header>
  );
}

/** Opens the palette, which finds what the field of a page does not. */
function FindButton(): ReactElement {
  return (
    <Button
      className="min-w-0 font-normal text-ink-3 min-[721px]:w-74 min-[721px]:justify-start max-[1180px]:w-50 max-[720px]:order-1 max-[720px]:ml-auto max-[720px]:w-(--control) max-[720px]:border-transparent max-[720px]:px-0 print:hidden"
      title="Search and commands (ctrl k)"
      onClick={() => openOverlay("palette")}
    >
      <Icon name="search" size={14} />
      <span className="flex-1 truncate text-left max-[720px]:sr-only">Search tasks, alerts, phases</span>
      <span aria-hidden="true" className="max-[1180px]:hidden">
        <KeyCaps keys="ctrl k" />
      </span>
    </Button>
  );
}

function LiveSwitch(): ReactElement {
  const { live } = usePreferences();
  return (
    <Button
      kind="bare"
      className="max-[720px]:order-2 print:hidden"
      aria-pressed={live}
      title={live ? "What is shown follows what happens (l)" : "What is shown stays as it is (l)"}
      onClick={() => setPreferences({ live: !live })}
    >
      <i className={`size-1.75 rounded-full ${live ? "bg-(--running)" : "border border-line-control"}`} />
      <span className="max-[480px]:sr-only">Live</span>
    </Button>
  );
}
