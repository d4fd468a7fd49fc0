import type { NewAlert } from "../../../src/core/decide/effects.ts";
import type { ReloadOptions } from "../../../src/engine/workflows/reload-workflows.ts";
import type { AcceptedVersion, LoadedFile } from "../../../src/store/workflow-versions.ts";

/** The part of the store that a reload needs, in memory: ids are assigned once and belong to file and phase key. */
export interface RememberingStore extends Readonly<ReloadOptions["store"]> {
  readonly saves: (readonly LoadedFile[])[];
  readonly alerts: NewAlert[];
  /** Types of the alerts that were resolved. */
  readonly resolves: string[];
}

export function rememberingStore(): RememberingStore {
  const saves: (readonly LoadedFile[])[] = [];
  const alerts: NewAlert[] = [];
  const resolves: string[] = [];
  const state = new Map<string, string>();
  const accepted = new Map<string, AcceptedVersion>();
  const phaseIds = new Map<string, number>();
  let versions = 0;
  const idOf = (file: string, key: string): number => {
    const id = phaseIds.get(`${file}|${key}`) ?? phaseIds.size + 1;
    phaseIds.set(`${file}|${key}`, id);
    return id;
  };
  const keysInForce = new Map<string, readonly string[]>();
  return {
    saves,
    alerts,
    resolves,
    saveWorkflows: async (files) => {
      saves.push(files);
      for (const name of accepted.keys()) if (!files.some((file) => file.name === name)) accepted.delete(name);
      return files.map((file) => {
        const known = accepted.get(file.name);
        if (file.accepted && known?.source !== file.source) {
          accepted.set(file.name, { name: file.name, path: file.path, versionId: ++versions, source: file.source });
          keysInForce.set(
            file.name,
            file.phases.map((phase) => phase.key),
          );
        }
        const keys = keysInForce.get(file.name) ?? [];
        return {
          name: file.name,
          versionId: accepted.get(file.name)?.versionId ?? 0,
          phaseIds: new Map(keys.map((key) => [key, idOf(file.name, key)])),
        };
      });
    },
    heldPhases: async () => [],
    pauses: { inForce: async () => [] },
    acceptedVersions: async () => [...accepted.values()],
    record: async (entries) => {
      alerts.push(...entries.alerts);
      resolves.push(...(entries.resolves ?? []).map(({ type }) => type));
    },
    getState: async (key) => state.get(key) ?? null,
    putState: async (entries) => {
      for (const [key, value] of entries) {
        if (value === null) state.delete(key);
        else state.set(key, value);
      }
    },
  };
}
