/** Workers. Times are RFC 3339. */
import { z } from "zod";
import type { FromPerson } from "../from-person.ts";
import { pageQuery, pagination } from "../list.ts";

/** `GET /api/workers` */
export const workersQuery = z.strictObject(pageQuery);

const workerInstance = z.object({
  worker: z.string(),
  host: z.string(),
  pid: z.int().nullable(),
  running: z.int(),
  last_heard: z.string(),
});

const worker = z.object({
  type: z.string(),
  job: z.string(),
  kind: z.enum(["exec", "http", "bus"]),
  concurrency: z.int().nullable(),
  sent: z.int(),
  running: z.int(),
  done: z.int(),
  failed: z.int(),
  last_heard: z.string().nullable(),
  instances: z.array(workerInstance),
});

export const workersAnswer = z.object({
  workers: z
    .array(worker)
    .describe(
      "By type and job. `kind` is `exec` or `http` of a worker of this instance (`concurrency`: how many tasks it runs at a time), `bus` of one that was heard there. `sent` and `running` are tasks now; `done` and `failed` are results of tasks that were made today (UTC). `instances` are those that reported what runs.",
    ),
  drained: z.boolean().describe("The workers of this instance take no more tasks."),
  running: z.int().describe("Tasks that run in this instance."),
  pagination,
});

/** `POST /api/workers/drain`: the workers of the instance take no more tasks. */
export const drainRequest = z.strictObject({
  end: z.boolean().default(false).describe("Take tasks again."),
});
export type DrainRequest = FromPerson<z.infer<typeof drainRequest>>;

export const drainAnswer = z.object({
  drained: z.boolean().describe("No more tasks are taken."),
  running: z.int().describe("Tasks that run there."),
});
export type DrainAnswer = z.infer<typeof drainAnswer>;
