import type { SectionTable } from "./key-spec.ts";

/** Keys of one `[[link]]`: where else something is known of a task. */
export const LINK_KEYS: SectionTable = {
  name: { kind: "string", standard: "", about: "What the link is called where it is shown." },
  url: {
    kind: "string",
    standard: "",
    about:
      "An http or https URL with `{id}` (of the run), `{record}`, `{type}`, `{job}`, `{workflow}`, `{task_time}` (as in `2026-01-31T05`), `{day}` and `{meta:key}`; values are encoded.",
  },
};
