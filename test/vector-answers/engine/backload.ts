import { covers, type VectorCase } from "../../../scripts/vector-runner.ts";
import { openServedLegacy } from "../../http/legacy/served-legacy.ts";

interface BackloadCase {
  readonly body: unknown;
  readonly now: string;
  readonly timezone: string;
  readonly workflows: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** A request to an engine with a real database; `sent` is what goes to the bus. */
export async function answer(input: unknown): Promise<unknown> {
  const { body, now, timezone: zone, workflows, files } = input as BackloadCase;
  const served = await openServedLegacy({ workflows, files, zone, now: Date.parse(now), readsMetaOf: "folder" });
  const { app, rig } = served;
  try {
    const text = (typeof body === "string" ? body : JSON.stringify(body)).replaceAll("<dir>", rig.dir);
    const got = await app.inject({ method: "POST", url: "/backload", payload: text });
    const type = got.headers["content-type"];
    const isJson = type === "application/json";
    return {
      status: got.statusCode,
      content_type: type,
      ...(isJson ? { json: withoutIds(got.json<Answer>()) } : { text: got.body.replaceAll(rig.dir, "<dir>") }),
      sent: rig.sent.map(({ topic, payload }) => ({ topic, task: sentTask(JSON.parse(payload) as Task) })),
    };
  } finally {
    await served.close();
  }
}

type Task = Readonly<Record<string, string>>;

interface Answer {
  readonly Tasks: readonly Task[] | null;
}

function withoutIds(answer: Answer): object {
  const tasks = answer.Tasks?.map((task) => ({ ...task, created: "<now>", id: "<uuid>" })) ?? null;
  return { ...answer, Tasks: tasks };
}

function sentTask(task: Task): object {
  const { created: _, id: __, ...sent } = task;
  return sent;
}

/** The words of a parser are hints, and the recorded lengths are placeholders. */
export function compare(got: unknown, wanted: unknown, testCase: VectorCase): boolean {
  return covers(plainText(got), plainText(wanted), testCase.ours_partial === undefined);
}

function plainText(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("text" in value)) return value;
  const text = String(value.text);
  const isParser = /^(?:json: |invalid JSON: |invalid character |unexpected end )/.test(text);
  return { ...value, text: isParser ? "<parser>" : text.replace(/\d+ != \d+/, "<n> != <n>") };
}
