import type { SectionTable } from "./key-spec.ts";

/** Keys of `[web]`: what may be done in the dashboard. */
export const WEB_KEYS: SectionTable = {
  edit: {
    kind: "boolean",
    standard: "false",
    about:
      "Allow operators to change the files of a local workflow folder, in the dashboard and by `PUT /api/workflows/source`.",
  },
};
