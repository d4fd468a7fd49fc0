export interface MovedFolder {
  readonly from: string;
  readonly to: string;
}

/**
 * Which of the folders that are gone each new one is likely to be: the one with the most equal names at the end of its path, if no
 * other has as many. Each is taken once.
 */
export function movedFolders(before: readonly string[], now: readonly string[]): readonly MovedFolder[] {
  const gone = new Set(before.filter((folder) => !now.includes(folder)));
  const found: MovedFolder[] = [];
  for (const to of now.filter((folder) => !before.includes(folder))) {
    const ranked = [...gone]
      .map((from) => ({ from, equal: equalNames(from, to) }))
      .toSorted((a, b) => b.equal - a.equal);
    const [best, next] = ranked;
    if (best === undefined || best.equal === next?.equal) continue;
    gone.delete(best.from);
    found.push({ from: best.from, to });
  }
  return found;
}

function equalNames(a: string, b: string): number {
  const [left, right] = [a, b].map((path) =>
    path
      .split("/")
      .filter((name) => name !== "")
      .toReversed(),
  );
  let equal = 0;
  while (equal < (left?.length ?? 0) && left?.[equal] === right?.[equal]) equal += 1;
  return equal;
}
