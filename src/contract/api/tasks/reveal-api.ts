/** The values of a task as they are, for an admin who says why. */
import { z } from "zod";

/** `POST /api/tasks/{id}/reveal` */
export const revealRequest = z.strictObject({
  reason: z.string().trim().min(1).max(1000).describe("Why, for others who read the audit log later."),
});

export const revealAnswer = z.object({
  record_id: z.number(),
  id: z.string(),
  type: z.string(),
  job: z.string(),
  attempt: z.number(),
  info: z.string().describe("As it was sent, with every secret in it."),
  meta: z.string().describe("The same."),
  msg: z.string().describe("The same."),
});

export type RevealedTask = z.output<typeof revealAnswer>;

/** `by`: who, where nothing else says it. */
export interface RevealRequest {
  readonly record: number;
  readonly reason: string;
  readonly by?: string;
}
