const WHYS = ["ended", "left"] as const;

/** What the address says of the login. */
export interface LoginSearch {
  /** Where one comes back to; without it to the overview. */
  readonly back?: string;
  /** `ended`: the session is over; `left`: the person has logged out. */
  readonly why?: (typeof WHYS)[number];
}

export function readSearch({ back, why }: Record<string, unknown>): LoginSearch {
  const known = WHYS.find((each) => each === why);
  return { ...(isOwn(back) ? { back } : {}), ...(known === undefined ? {} : { why: known }) };
}

/** Only of this server: an address that begins with two slashes, or a slash and a backslash, would be of another. */
function isOwn(back: unknown): back is string {
  return typeof back === "string" && /^\/(?![/\\])/.test(back) && back !== "/";
}

const NAMES: Readonly<Record<string, string>> = {
  "/": "Overview",
  "/tasks": "Tasks",
  "/alerts": "Alerts",
  "/system": "System",
  "/system/access": "System, Access",
  "/system/configuration": "System, Configuration",
  "/system/api": "System, API",
};

/** What a person calls an address: "Tasks, with its filter". */
export function nameOf(back: string): { readonly name: string; readonly hasFilter: boolean } {
  const { pathname, search } = new URL(back, "http://nowhere.invalid");
  return { name: NAMES[pathname] ?? pathname, hasFilter: search !== "" };
}
