import type { LegacyControl } from "../../../src/engine/legacy/legacy-control.ts";

/** What an instance without workflows and tasks answers; `/backload` with what it was sent. */
export function idleLegacy(changes: Partial<LegacyControl> = {}): LegacyControl {
  const json = (body: string) => ({ status: 200, contentType: "application/json", body });
  return {
    info: () => json("{}"),
    run: async () => json("{}"),
    recap: async () => json("{}"),
    workflow: async () => null,
    refresh: async () => json("{}"),
    notify: async () => ({ status: 200, contentType: null, body: "" }),
    backload: async (body) => json(body),
    ...changes,
  };
}
