import { type ReactElement, useMemo, useState } from "react";
import { Chooser, type Option } from "./chooser.tsx";
import { Icon } from "../../components/icon.tsx";
import { Clock } from "../../services/format.ts";
import { fuzzy } from "./fuzzy.ts";
import { setPreferences } from "../../services/preferences.ts";

const SHOWN = 100;

/** Any zone that this browser knows, by a part of its name. */
export function ZoneChooser({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState("");
  const [now] = useState(() => Date.now());
  const zones = useMemo(() => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")], []);
  const found = zones
    .flatMap((zone) => {
      const match = fuzzy(zone, text.replaceAll(" ", "_"));
      return match === null ? [] : [{ zone, match }];
    })
    .toSorted((a, b) => b.match.score - a.match.score)
    .slice(0, SHOWN);
  const options = found.map(({ zone, match }): Option => ({
    id: zone,
    sign: <Icon name="clock" size={14} />,
    name: zone,
    matched: match.at,
    context: new Clock(zone).minutes(now),
    choose: () => setPreferences({ zone }),
  }));
  return (
    <Chooser
      label="Time zone"
      placeholder="A city or region"
      text={text}
      onText={setText}
      groups={options.length === 0 ? [] : [{ name: "Time zones", options }]}
      empty="This browser knows no such zone."
      onClose={onClose}
    />
  );
}
