/** What the address says of the health. */
interface HealthSearch {
  /** Of the day that is shown; without it today. */
  readonly day?: string;
}

export function readSearch({ day }: Record<string, unknown>): HealthSearch {
  return typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? { day } : {};
}

interface ConfigurationSearch {
  readonly q?: string;
  /** Also the keys that have their default. */
  readonly all?: boolean;
}

export function readConfigurationSearch({ q, all }: Record<string, unknown>): ConfigurationSearch {
  return { ...textOf("q", q), ...(all === true ? { all } : {}) };
}

interface ApiSearch {
  readonly q?: string;
  /** The name of the route that is open. */
  readonly route?: string;
}

export function readApiSearch({ q, route }: Record<string, unknown>): ApiSearch {
  return { ...textOf("q", q), ...textOf("route", route) };
}

/** The router reads a number where the address has digits. */
function textOf<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text !== "" ? ({ [name]: text } as Record<K, string>) : {};
}
