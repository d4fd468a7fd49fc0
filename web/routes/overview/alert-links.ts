import type { LinkProps } from "@tanstack/react-router";

/** To the alert, or where those of the type stand that are not resolved. */
export function alertsLink(ids: readonly number[], type: string): LinkProps {
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) return alertLink(only);
  return { to: "/alerts", search: { ...(type === "" ? {} : { type }), state: "unresolved" } };
}

export function alertLink(id: number): LinkProps {
  return { to: "/alerts/$id", params: { id: String(id) } };
}
