import { z } from "zod";

/** `GET /api/instance` */
export const instanceAnswer = z.object({
  version: z.string().describe("Of the program."),
  time_zone: z.string().describe("IANA: of times that name no zone, and of schedules without one."),
});
