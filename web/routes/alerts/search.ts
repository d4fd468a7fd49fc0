import { preferences, setPreferences } from "../../services/preferences.ts";
import { ALERT_STATES, SEVERITIES } from "../../../src/contract/api/alerts/alert-names.ts";

const TABS = ["notifications", "silences"] as const;
const STATES = [...ALERT_STATES, "unresolved"] as const;
const LISTS = ["alerts", "types", "jobs", "workflows", "severities"] as const;

/** The conditions that can be taken off as pills. */
export const FILTERS = ["type", "job", "alert", "severity", "state", "workflow", "text"] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Readonly<Partial<Record<Filter, string>>>;

/** What a silence is about, as far as it was chosen. */
export interface DraftScope {
  /** Only this alert. */
  readonly alert?: number;
  readonly alerts?: readonly string[];
  readonly types?: readonly string[];
  readonly jobs?: readonly string[];
  readonly workflows?: readonly string[];
  readonly severities?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What the address says of the page of alerts. */
export interface AlertsSearch extends Filters {
  readonly tab?: (typeof TABS)[number];
  /** `yesterday`, `week` or `2026-11-30`; without it today. */
  readonly day?: string;
  /** A range that was drawn, RFC 3339; it goes before the day. */
  readonly from?: string;
  readonly to?: string;
  /** The alert whose row is open. */
  readonly open?: number;
  /** A silence is being made. */
  readonly silence?: DraftScope;
  /** Of the notifications. */
  readonly channel?: string;
  /** Also silences that have ended. */
  readonly ended?: true;
}

/** What the plain address opens: the conditions and days that were last looked at. */
export function lastSearch(): AlertsSearch {
  return readSearch(preferences().lastSearch["alerts"] ?? {});
}

/** Keeps what is a view: days slide, and what is open or being made is none. */
export function keepSearch(search: AlertsSearch): void {
  const { day } = search;
  const kept: Record<string, string> = day === "yesterday" || day === "week" ? { day } : {};
  for (const name of FILTERS) {
    const value = search[name];
    if (value !== undefined) kept[name] = value;
  }
  const { alerts: last = {}, ...others } = preferences().lastSearch;
  if (JSON.stringify(last) !== JSON.stringify(kept)) setPreferences({ lastSearch: { ...others, alerts: kept } });
}

/** Without what these say. */
export function without(search: AlertsSearch, ...names: readonly (keyof AlertsSearch)[]): AlertsSearch {
  return Object.fromEntries(Object.entries(search).filter(([name]) => names.every((one) => one !== name)));
}

export function readSearch(raw: Record<string, unknown>): AlertsSearch {
  const texts = FILTERS.flatMap((name): [string, string][] => {
    const value = text(raw[name]);
    const isKnown =
      name === "severity" ? isOneOf(SEVERITIES, value) : name === "state" ? isOneOf(STATES, value) : value !== null;
    return isKnown && value !== null ? [[name, value]] : [];
  });
  const { tab, day, from, to, open, silence, channel, ended } = raw;
  const isDay = typeof day === "string" && /^(?:yesterday|week|\d{4}-\d{2}-\d{2})$/.test(day);
  const isRange = isTime(from) && isTime(to) && Date.parse(from) < Date.parse(to);
  const channelName = text(channel);
  return {
    ...(Object.fromEntries(texts) as Filters),
    ...(isOneOf(TABS, tab) ? { tab } : {}),
    ...(isDay ? { day } : {}),
    ...(isRange ? { from, to } : {}),
    ...(typeof open === "number" ? { open } : {}),
    ...(typeof silence === "object" && silence !== null
      ? { silence: draftOf(silence as Record<string, unknown>) }
      : {}),
    ...(channelName === null ? {} : { channel: channelName }),
    ...(ended === true ? { ended } : {}),
  };
}

/** The router reads what looks like a number as one. */
function text(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function isOneOf<T extends string>(known: readonly T[], value: unknown): value is T {
  return known.some((one) => one === value);
}

function draftOf(raw: Record<string, unknown>): DraftScope {
  const lists = LISTS.flatMap((name) => {
    const value = raw[name];
    return Array.isArray(value) && value.every((one) => typeof one === "string") ? [[name, value]] : [];
  });
  const { alert, labels } = raw;
  const pairs = typeof labels === "object" && labels !== null ? Object.entries(labels) : [];
  const texts = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return {
    ...(Object.fromEntries(lists) as DraftScope),
    ...(typeof alert === "number" ? { alert } : {}),
    ...(texts.length === 0 ? {} : { labels: Object.fromEntries(texts) }),
  };
}
