import { saveSourceAnswer, saveSourceRequest } from "../../../contract/api/workflows/workflow-api.ts";
import { route } from "../../api/route.ts";

export const ROUTES = [
  route({
    method: "PUT",
    path: "/api/workflows/source",
    summary: "Write a workflow file, where the configuration allows it (`[web] edit`), and read the files now.",
    role: "operator",
    // Of all: a text may make tasks of any type, follow those of other files, and read meta files.
    body: saveSourceRequest,
    answer: saveSourceAnswer,
    async handle({ body, caller, trail }, { acts }) {
      const { path, checksum: before, reason } = body;
      const saved = await acts.editor.save({ ...body, by: caller.name });
      // The texts themselves are in the versions of the file.
      trail.target = `/api/workflows/source?path=${encodeURIComponent(path)}`;
      trail.before = { checksum: before };
      trail.after = { checksum: saved.checksum, version_id: saved.versionId, reason };
      return {
        version_id: saved.versionId,
        checksum: saved.checksum,
        in_force: saved.isInForce,
        phases: saved.phases,
        missing: [...saved.missing],
      };
    },
  }),
];
