import type { ReactElement } from "react";
import { Mark } from "../../../components/mark.tsx";
import { Cell, type Column, Row } from "../table.tsx";
import type { Setting } from "./configuration-query.ts";

const KEY: Column = { name: "Key", width: 280 };
const VALUE: Column = { name: "Value" };
const SOURCE: Column = { name: "From", width: 110 };
const ORIGIN: Column = { name: "Where", width: 300, isExtra: true };
export const SETTING_COLUMNS = [KEY, VALUE, SOURCE, ORIGIN];

export function SettingRow({
  setting: { key, value, next, source, origin },
}: {
  readonly setting: Setting;
}): ReactElement {
  const isSet = source !== "default";
  return (
    <Row>
      <Cell of={KEY} isHead title={key} className={`font-mono ${isSet ? "" : "text-ink-2"}`}>
        {key}
      </Cell>
      <Cell of={VALUE} isLine title={value} className={`font-mono ${isSet ? "font-medium" : "text-ink-3"}`}>
        {value}
        {next !== null && (
          <span className="ml-2 inline-flex items-center gap-1 text-warn-text">
            <Mark status="warn" size={12} label="waits for a restart" /> → {next}
          </span>
        )}
      </Cell>
      <Cell of={SOURCE} className={isSet ? "" : "text-ink-3"}>
        {source}
      </Cell>
      <Cell of={ORIGIN} title={origin} className="text-ink-2 [direction:rtl]">
        <bdi>{origin}</bdi>
      </Cell>
    </Row>
  );
}
