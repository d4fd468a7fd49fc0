import { z } from "zod";

/** `GET /api/health/live` and `/ready`, which anyone may ask: no detail. */
export const healthAnswer = z.object({ status: z.literal("ok") });
