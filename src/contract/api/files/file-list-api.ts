/** File events. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../../limits.ts";
import { beforeQuery, pageQuery, pagination } from "../list.ts";
import { LONGEST_PATH_FILTER } from "../path-filter.ts";
import { note } from "../note-api.ts";
import { reason } from "../reason.ts";
import { FILE_STATES } from "./file-states.ts";
import { taskTimePrefix } from "./task-time-prefix.ts";

const time = z.iso.datetime({ offset: true });
const count = z.int();

const file = z.object({
  id: z.int().describe("The number of the event."),
  topic: z.string(),
  path: z.string(),
  bucket: z.string(),
  size: z.number(),
  line_count: z.number(),
  byte_count: z.number(),
  checksum: z.string(),
  md5: z.string(),
  crc32c: z.string(),
  etag: z.string(),
  generation: z.string(),
  created: z.string().nullable(),
  updated: z.string().nullable(),
  received_at: z.string(),
  last_received_at: z.string().nullable().describe("When it was delivered once more, the last time."),
  deliveries: count,
  task_time: z.string().nullable(),
  task_zone: z.string().nullable(),
  first_id: z.int().nullable().describe("The first event about the same file; null: this one."),
  matched: count.describe("How many phases it matched."),
  tasks: count.describe("How many tasks were made of it."),
  processing_ms: z.number().nullable(),
});
export type FileAnswer = z.infer<typeof file>;

const phaseFilter = {
  type: z.string().min(1).max(LONGEST_NAME).optional().describe("Only those that matched a phase of this type,"),
  job: z.string().max(LONGEST_NAME).optional().describe("and of this job."),
};

const filter = {
  ...phaseFilter,
  workflow: z
    .string()
    .min(1)
    .max(LONGEST_WORKFLOW)
    .optional()
    .describe("Only those that matched a phase of this workflow file."),
  task_time: taskTimePrefix
    .optional()
    .describe("With a type or a workflow: only those for a task time that begins so, as in `2026-01-31T05`."),
  path: z
    .string()
    .min(1)
    .max(LONGEST_PATH_FILTER)
    .optional()
    .describe("Only those of this path; `*` stands for any characters, `?` for one."),
  since: time.optional().describe("Only those received then or later."),
  until: time.optional().describe("Only those received before."),
};

interface Filtered {
  readonly type?: string | undefined;
  readonly job?: string | undefined;
  readonly workflow?: string | undefined;
  readonly task_time?: string | undefined;
}
const jobHasType = ({ type, job }: Filtered): boolean => job === undefined || type !== undefined;
const JOB_WITHOUT_TYPE = { message: "a job needs a type", path: ["job"] };
const timeHasPhase = ({ type, workflow, task_time: at }: Filtered): boolean =>
  at === undefined || type !== undefined || workflow !== undefined;
const TIME_WITHOUT_PHASE = { message: "a task time needs a type or a workflow", path: ["task_time"] };

/** `GET /api/files` */
export const filesQuery = z
  .strictObject({
    matched: z.stringbool().optional().describe("Only those that matched a phase, or none."),
    state: z
      .enum(FILE_STATES)
      .optional()
      .describe(
        "Only those that matched a phase, or none; of the latter those with a `near_miss`; of the former those of which a task `failed` in the end.",
      ),
    ...filter,
    ...beforeQuery,
    ...pageQuery,
  })
  .refine(({ matched, state }) => matched === undefined || state === undefined, {
    message: "matched or state, not both",
    path: ["state"],
  })
  .refine(jobHasType, JOB_WITHOUT_TYPE)
  .refine(timeHasPhase, TIME_WITHOUT_PHASE);

/** `GET /api/files/counts` */
export const fileCountsQuery = z
  .strictObject(filter)
  .refine(jobHasType, JOB_WITHOUT_TYPE)
  .refine(timeHasPhase, TIME_WITHOUT_PHASE);

export const fileCountsAnswer = z.object({
  all: count,
  matched: count,
  unmatched: count,
  near_miss: count,
  failed: count,
  total_is: z
    .enum(["exact", "at_least"])
    .describe("`at_least`: of more than 5,000 events the newest were read and counted."),
});

const phaseName = z.object({ task: z.string(), workflow: z.string() });
const madeTask = z.object({
  record_id: z.int(),
  id: z.string(),
  type: z.string(),
  job: z.string(),
  info: z.string(),
  state: z.string(),
  result: z.string(),
  attempt: z.int(),
});

export const filesAnswer = z.object({
  files: z
    .array(
      file.extend({
        notes: z.array(note),
        phases: z.array(phaseName).describe("The phases that it matched, at most 5."),
        nearest: phaseName.nullable().describe("The phase whose pattern came nearest, when it matched none."),
        made: z.array(madeTask).describe("The newest attempt of the first task that each of these phases made of it."),
      }),
    )
    .describe("The newest first. A page that had to read many others may be short, also when there is a next one."),
  pagination,
});

/** `GET /api/files/{id}` */
export const fileParams = z.object({ id: z.coerce.number().int().positive().describe("The number of the event.") });

const sibling = z.object({ id: z.int(), received_at: z.string(), matched: count, tasks: count });
const tokens = z
  .array(z.object({ kind: z.string(), pattern: z.string(), took: z.string() }))
  .describe("The parts of the pattern that matched, and the piece of the path that each took.");
const stop = {
  language: z.enum(["files", "files_glob"]),
  pattern: z.string(),
  reason: z.string(),
  path_at: z.int(),
  pattern_at: z.int(),
  wanted: z.string(),
  found: z.string(),
  sentence: z.string(),
};

export const fileAnswer = z.object({
  file,
  notes: z.array(note).describe("Notes that people left on it: `id`, `text`, `author`, `at`."),
  matches: z
    .array(
      z.object({
        phase_id: z.int(),
        task: z.string(),
        workflow: z.string(),
        gather_key: z.string().nullable(),
        record_id: z.int().nullable(),
      }),
    )
    .describe("The phases that it matched, each with the first task made of it."),
  tasks: z
    .array(madeTask)
    .describe("Made of it, also by a redrive, each with the state of its newest attempt; at most 100."),
  written_by: madeTask
    .nullable()
    .describe("The task that named its path when it ended: it wrote the file. Null: none is known."),
  near_misses: z
    .array(
      z.object({
        phase_id: z.int(),
        task: z.string(),
        workflow: z.string(),
        tokens,
        ...stop,
      }),
    )
    .describe("When it matched none: the patterns that came nearest, and where each stopped (`sentence`)."),
  decisions: z
    .array(
      z.object({
        id: z.int(),
        at: z.string(),
        code: z.string(),
        sentence: z.string(),
        data: z.record(z.string(), z.unknown()),
      }),
    )
    .describe("What was decided about it, and why."),
  earlier: z.array(sibling).describe("The nearest 20 events before it about the same file."),
  later: z.array(sibling).describe("The same after it."),
});

/** `GET /api/files/verdicts` */
export const verdictsQuery = z.strictObject({
  path: z.string().min(1).max(4096).describe("Any path, also one that never came."),
});

const verdict = z.object({
  task: z.string(),
  workflow: z.string(),
  language: z.string(),
  pattern: z.string(),
  tokens: tokens.readonly(),
  stopped: z
    .object({
      language: z.enum(["files", "files_glob"]),
      pattern: z.string(),
      reason: z.string(),
      path_at: z.int(),
      pattern_at: z.int(),
      wanted: z.string(),
      found: z.string(),
    })
    .nullable(),
});

export const verdictsAnswer = z.object({
  matches: z
    .array(verdict)
    .readonly()
    .describe("The phases in force that the path matches, and how: `stopped` is null."),
  near_misses: z
    .array(verdict)
    .readonly()
    .describe("When it matches none: the patterns that come nearest, and where each stops."),
  phases: z.int().describe("How many phases wait for files."),
});

/** `GET /api/files/analytics` */
export const fileAnalyticsQuery = z
  .strictObject({
    since: time.optional().describe("From the hour of this time; without it a day before `until`. At most 31 days."),
    until: time.optional().describe("Up to this time; without it now."),
    ...phaseFilter,
    ...pageQuery,
    limit: z.coerce.number().int().min(1).max(100).default(50).describe("Phases of the page."),
  })
  .refine(({ type, job }) => job === undefined || type !== undefined, { message: "a job needs a type", path: ["job"] });

const counts = { events: count, bytes: z.number(), matched: count, unmatched: count, tasks: count };
const sums = { ...counts, p95_ms: z.number().nullable() };
const hours = z.array(z.object({ hour: z.string(), ...sums }));

export const fileAnalyticsAnswer = z.object({
  all: z
    .object({ ...sums, hours })
    .nullable()
    .describe("Of all events, by hour; null when the request names a type."),
  phases: z
    .array(
      z.object({
        phase_id: z.int(),
        task: z.string(),
        workflow: z.string(),
        removed: z.boolean(),
        task_zone: z.string().nullable(),
        ...sums,
        hours,
        last_task_time: z.string().nullable(),
        usual_delay_ms: z.number().nullable(),
        longest_delay_ms: z.number().nullable(),
        step: z.union([z.object({ ms: z.number() }), z.literal("month")]).nullable(),
        gaps: z.array(z.string()),
        more_gaps: z.boolean(),
      }),
    )
    .describe("Of each phase, with how long after its task time a file usually comes, and which are missing (`gaps`)."),
  pagination,
});

/** `POST /api/files` */
export const reportFileRequest = z.strictObject({
  path: z.string().min(1).max(4096).describe("The path, as patterns know it."),
  size: z.int().nonnegative().default(0).describe("In bytes."),
  line_count: z.int().nonnegative().default(0),
  checksum: z.string().max(200).default(""),
  created: time.nullable().default(null).describe("When the file was created."),
  event_id: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe("By which the same report is recognised when it comes once more; null: always an event of its own."),
  reason,
});

export const reportFileAnswer = z.object({ file: file.describe("The event, with what it matched.") });

/** `POST /api/files/match` */
export const matchFilesRequest = z.strictObject({
  pattern: z.string().min(1).max(500).describe("Paths of more than 2,048 characters do not match here."),
  language: z
    .enum(["files", "files_glob"])
    .default("files_glob")
    .describe("As the parameter of a phase: `files_glob` knows `**` and `{a,b}`."),
  newest: z.int().min(1).max(10_000).default(1000).describe("How many events are compared, from the newest on."),
});

export const matchFilesAnswer = z.object({
  compared: count,
  matched: count.describe("How many of them match."),
  cut: z.boolean().describe("The time of two seconds was over before all of them were compared."),
  matches: z.array(file).describe("The newest that match, at most 50."),
  near_misses: z
    .array(z.object({ id: z.int(), path: z.string(), tokens, ...stop }))
    .describe("Paths that nearly match, the best first, at most 10: where each stops (`sentence`)."),
});
