import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import { Segments } from "../components/segments.tsx";
import { setPreferences, usePreferences } from "../services/preferences.ts";
import { meQuery } from "../services/queries.ts";
import { useLogOut } from "./use-log-out.ts";
import { ZoneSegments } from "./zone-switch.tsx";

const KNOWN_BY = {
  session: "logged in",
  key: "by a key",
  proxy: "logged in at the proxy",
  token: "by the token of the instance",
  loopback: "no login is needed on this machine",
} as const;

/** Who one is here, how the pages look, and the way out. */
export function AccountMenu(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const { data: me } = useQuery(meQuery);
  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && frame.current?.contains(event.target) !== true) setOpen(false);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      setOpen(false);
      frame.current?.querySelector("button")?.focus();
    };
    document.addEventListener("keydown", escape);
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("keydown", escape);
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [isOpen]);
  return (
    <div ref={frame} className="relative max-[720px]:order-4 print:hidden">
      <Button
        kind="icon"
        aria-label={me === undefined ? "Account" : `Account: ${me.name}`}
        aria-expanded={isOpen}
        title={me?.name}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="person" size={14} />
      </Button>
      {isOpen && <Menu />}
    </div>
  );
}

function Menu(): ReactElement {
  const { data: me } = useQuery(meQuery);
  const { density } = usePreferences();
  return (
    <div
      role="region"
      aria-label="Account"
      className="absolute top-[calc(100%+4px)] right-0 grid w-64 gap-3 rounded-overlay border border-line-2 bg-surface p-3 shadow-(--shadow-overlay)"
    >
      {me !== undefined && (
        <p>
          <b className="block font-semibold break-words">{me.name}</b>
          <span className="block text-small break-words text-ink-2">{me.role}</span>
          <span className="block text-small text-ink-3">{KNOWN_BY[me.via]}</span>
        </p>
      )}
      <div className="flex items-center justify-between gap-2 text-small text-ink-2">
        Rows
        <Segments
          label="Rows"
          value={density}
          options={[
            { value: "compact", name: "Compact" },
            { value: "roomy", name: "Roomy" },
          ]}
          onChange={(next) => setPreferences({ density: next })}
        />
      </div>
      <div className="flex items-center justify-between gap-2 text-small text-ink-2">
        Times
        <ZoneSegments label="Times" />
      </div>
      {me?.via === "session" && <LogOut />}
    </div>
  );
}

function LogOut(): ReactElement {
  const logOut = useLogOut();
  return <Button onClick={logOut}>Log out</Button>;
}
