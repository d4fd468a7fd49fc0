import { useMay } from "../../../services/may.ts";
import type { SourceText } from "./source-queries.ts";

/** Whether a change of the file can be saved here, by who looks. */
export function useCanSave({ edit_refused: refused }: Pick<SourceText, "edit_refused">): boolean {
  const mayEdit = useMay("operator", "everything");
  return mayEdit && refused === null;
}
