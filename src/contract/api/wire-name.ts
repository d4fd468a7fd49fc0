import { z } from "zod";
import { LONGEST_NAME } from "../limits.ts";

/** Valid names of topics, types and jobs: they become part of messages, paths and broker names. */
export const wireName = z
  .string()
  .max(LONGEST_NAME)
  .regex(/^[^\u0000-\u001f\u007f]*$/, "no control characters");
