import { z } from "zod";

/** Why a person does something; the decision of it says so. */
export const reason = z.string().max(1000).default("").describe("Why, for others who read the history later.");
