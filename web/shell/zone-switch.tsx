import type { ReactElement } from "react";
import { Icon } from "../components/icon.tsx";
import { Segments } from "../components/segments.tsx";
import { setPreferences, usePreferences } from "../services/preferences.ts";
import { openOverlay } from "./overlay.ts";

export function ZoneSwitch(): ReactElement {
  return (
    <span className="max-[900px]:hidden print:hidden">
      <ZoneSegments label="Time zone" />
    </span>
  );
}

/** By whose clock times are shown: UTC, that of this computer, or any. */
export function ZoneSegments({ label }: { readonly label: string }): ReactElement {
  const { zone } = usePreferences();
  const isOther = zone !== "UTC" && zone !== "local";
  const other = isOther ? (
    (zone.split("/").at(-1) ?? zone).replaceAll("_", " ")
  ) : (
    <>
      <span className="sr-only">Another zone</span>
      <Icon name="down" size={12} />
    </>
  );
  return (
    <Segments
      label={label}
      value={isOther ? "other" : zone}
      options={[
        { value: "UTC", name: "UTC" },
        { value: "local", name: "Local" },
        { value: "other", name: other },
      ]}
      onChange={(next) => (next === "other" ? openOverlay("zone") : setPreferences({ zone: next }))}
    />
  );
}
