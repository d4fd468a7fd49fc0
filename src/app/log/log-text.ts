import { escapeUnprintable } from "../../contract/printable.ts";

/** A line of the log for people: `time LEVEL component: sentence (name=value …)`, always one line. */
export function logText(json: string): string {
  const { level, time, component, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${fieldText(value)}`);
  const line = `${String(time)} ${String(level).toUpperCase().padEnd(5)} ${String(component)}: ${String(msg)}`;
  return escapeUnprintable(shown.length === 0 ? line : `${line} (${shown.join(" ")})`);
}

/** Quoted where its end would not be seen. */
function fieldText(value: unknown): string {
  const text = String(value);
  return /^[^\s"()=]+$/.test(text) ? text : JSON.stringify(value);
}
