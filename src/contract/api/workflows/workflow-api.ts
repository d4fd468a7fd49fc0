/** Workflow files. Times of answers are RFC 3339. */
import { z } from "zod";
import { LONGEST_WORKFLOW, MAX_WORKFLOW_TEXT } from "../../limits.ts";
import { pageQuery, pagination } from "../list.ts";
import { reason } from "../reason.ts";

/** A file is named in the query: its slashes would end a part of the address. It is looked up in the database, never on disk. */
const path = z.string().min(1).max(LONGEST_WORKFLOW).describe("The file: its path below the workflow folder.");
export const pathFilter = path.optional().describe("Only of this file: its path below the workflow folder.");
const version = z.coerce.number().int().positive().optional();

/** `GET /api/workflows` */
export const workflowsQuery = z.strictObject({
  removed: z.stringbool().default(false).describe("Also files that are gone."),
  ...pageQuery,
});

const workflow = {
  path: z.string().describe("Its path below the workflow folder: the name of the workflow in meta."),
  state: z
    .enum(["in_force", "last_good", "rejected", "removed"])
    .describe(
      "`last_good`: the newest read has an error, and the version before it is in force; `rejected`: none ever was good; `removed`: the file is gone.",
    ),
  version_id: z.int().nullable().describe("The version in force; null: none."),
  newest_version_id: z.int().nullable().describe("The version that was read last."),
  versions: z.int().describe("How many versions were read."),
  version: z.int().describe("Which of them is in force, counted from 1; 0: none."),
  loaded_at: z.string(),
  removed_at: z.string().nullable(),
  phases: z.int().describe("Phases in force."),
  errors: z.int().describe("Issues of the newest version."),
  warnings: z.int(),
};

export const workflowsAnswer = z.object({
  workflows: z
    .array(z.object(workflow))
    .describe("By path; each as `GET /api/workflows/file` answers it, with the number of its phases."),
  pagination,
});

/** `GET /api/workflows/file` */
export const workflowQuery = z.strictObject({ path });

const paused = z.object({
  since: z.string(),
  until: z.string().nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
});

const workflowPhase = z.object({
  id: z.int(),
  key: z.string(),
  task: z.string(),
  type: z.string(),
  job: z.string(),
  depends_on: z.string(),
  rule: z.string(),
  template: z.string(),
  retry: z.int(),
  line: z.int(),
  zone: z.string(),
  owner: z.string(),
  description: z.string(),
  runbook: z.string(),
  paused: paused.nullable(),
});

export const workflowAnswer = z.object({
  ...workflow,
  phases: z
    .array(workflowPhase)
    .describe(
      "Phases in force, in the order of the file, with their ids (`/api/workflows/phases/{key}/…`). `paused` says since when and by whom; `by` is null where the file says so.",
    ),
});

/** `GET /api/workflows/versions` */
export const versionsQuery = z.strictObject({ path, ...pageQuery });

const workflowVersion = {
  id: z.int(),
  accepted: z.boolean().describe("False: it has an error, and never was in force."),
  loaded_at: z.string(),
  checksum: z.string().describe("SHA-256 of its bytes, in hex."),
  length: z.int().describe("In characters."),
  edited_by: z.string().nullable().describe("Who saved it in the dashboard; null: the file was changed elsewhere."),
  edit_reason: z.string().describe("Why."),
};

export const versionsAnswer = z.object({
  versions: z.array(z.object(workflowVersion)).describe("Versions of the file that were read, the newest first."),
  pagination,
});

/** `GET /api/workflows/source` */
export const sourceQuery = z.strictObject({
  path,
  version: version.describe("Which version; without it the one in force, or else the newest."),
});

export const sourceAnswer = z.object({
  ...workflowVersion,
  source: z.string().describe("The text of the file."),
  edit_refused: z
    .string()
    .nullable()
    .describe("Why `PUT /api/workflows/source` would refuse to change the file, whoever asks; null: it would not."),
});

/** `PUT /api/workflows/source` */
export const saveSourceRequest = z.strictObject({
  path,
  text: z.string().max(MAX_WORKFLOW_TEXT).describe("The text that the file shall have. One with an error is refused."),
  checksum: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .describe(
      "That of the version which the text was made from: the file on disk must still have it. Null: a new file.",
    ),
  reason,
});

export const saveSourceAnswer = z.object({
  version_id: z.int().nullable().describe("The version in force now; null: none."),
  checksum: z.string().describe("Of the file now."),
  in_force: z.boolean().describe("Whether it came into force. It does not while too many other files are `missing`."),
  phases: z.int().describe("Phases in force."),
  missing: z
    .array(z.string())
    .describe(
      "Files that are gone, too many to be believed: until they are back, or accepted as removed, nothing changes.",
    ),
});

/** `GET /api/workflows/issues` */
export const issuesQuery = z.strictObject({
  path: pathFilter,
  severity: z.enum(["error", "warning"]).optional().describe("Only errors, or only warnings."),
  ...pageQuery,
});

export const issue = z.object({
  path: z.string(),
  severity: z.enum(["error", "warning"]),
  code: z.string(),
  line: z.int(),
  column: z.int(),
  message: z.string(),
  remedy: z.string(),
});

export const issuesAnswer = z.object({
  issues: z
    .array(issue.extend({ version_id: z.int() }))
    .describe(
      "Of the newest version of each file, in the order of its lines: where, what is wrong and what happens instead (`message`), and what to do (`remedy`). Behind them, on the last page and not in `total`, at most 500 parents in other files that no phase in force makes (`unknown_parent`).",
    ),
  pagination,
});

/** `POST /api/workflows/refresh` */
export const refreshRequest = z.strictObject({});

export const refreshAnswer = z.object({
  changed: z.array(z.string()).describe("Files that are new or changed."),
  removed: z.array(z.string()).describe("Files that left."),
  rejected: z.array(z.string()).describe("A sentence for each file that is not accepted."),
  missing: z
    .array(z.string())
    .describe(
      "Files that are gone, too many to be believed: all stay in force. `POST /api/workflows/accept` takes them for removed.",
    ),
  at: z.string().describe("When the files were read."),
});
