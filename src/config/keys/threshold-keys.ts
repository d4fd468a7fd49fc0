import type { SectionTable } from "./key-spec.ts";

/** Keys of `[thresholds]`: from when on a summary says that something needs somebody. */
export const THRESHOLD_KEYS: SectionTable = {
  error_rate: {
    kind: "string",
    standard: '"5%"',
    about: "A type of which more of the finished tasks failed is named in the summary.",
  },
  types: {
    kind: "table",
    standard: "{}",
    about: 'Error rates of single types instead, as in `{ load = "1%", "import" = "20%" }`.',
  },
  min_tasks: { kind: "integer", standard: "10", about: "A type with fewer finished tasks is not judged." },
};
