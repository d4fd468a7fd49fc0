import { finishFilesRequest, type FinishFilesRequest } from "../../../src/contract/api/file-api.ts";

/** A request by a person to make the task of the files of `merge` that have come. */
export function finishRequest(fields: object = {}, by = "ada"): FinishFilesRequest {
  return { ...finishFilesRequest.parse({ type: "merge", ...fields }), by };
}
