import { type Grants, includes } from "../../contract/api/access/grants.ts";
import { DomainError, type ErrorKind } from "../../contract/domain-error.ts";
import type { ViewContent, ViewRow } from "../../store/access-store.ts";
import type { AccessParts } from "./access-control.ts";

/** Most views of one owner. */
const VIEWS_MAX = 200;

const KINDS = {
  unknown_view: "not_found",
  not_owner: "forbidden",
  may_not_share: "forbidden",
  name_taken: "conflict",
  too_many_views: "conflict",
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** What people want of a saved view cannot be done. */
export class ViewError extends DomainError {
  constructor(code: keyof typeof KINDS, message: string) {
    super(KINDS[code], code, message);
  }
}

/** Who asks. */
export interface ViewCaller {
  readonly name: string;
  readonly grants: Grants;
}

/** What people do to the searches that they keep. Each promise resolves when the change is committed. */
export interface ViewControl {
  /** Throws ViewError. */
  add(view: ViewContent, by: ViewCaller): Promise<ViewRow>;
  /** Puts this in the place of what the view was; its owner stays. Throws ViewError. */
  change(id: number, view: ViewContent, by: ViewCaller): Promise<{ readonly before: ViewRow; readonly after: ViewRow }>;
  /** The view that is removed. Throws ViewError. */
  remove(id: number, by: ViewCaller): Promise<ViewRow>;
}

export function viewControl({ store: { access }, runtime }: Pick<AccessParts, "store" | "runtime">): ViewControl {
  return {
    add: async (view, by) => {
      refuseSharing(view, by);
      const decide = (owned: number): void => {
        if (owned >= VIEWS_MAX)
          throw new ViewError("too_many_views", `${by.name} has ${owned} views already: remove one first.`);
      };
      const added = await access.addView(by.name, view, decide, runtime.now());
      if (added === null) throw nameTaken(view, by.name);
      return added;
    },
    change: async (id, view, by) => {
      refuseSharing(view, by);
      let owner = by.name;
      const decide = (found: ViewRow | null): void => {
        owner = changeable(id, found, by).owner;
      };
      const changed = await access.changeView(id, view, decide, runtime.now());
      if (changed === null) throw nameTaken(view, owner);
      return changed;
    },
    remove: async (id, by) => {
      const removed = await access.removeView(id, (found) => void changeable(id, found, by));
      if (removed === null) throw unknown(id);
      return removed;
    },
  };
}

/** A view in which everybody searches: who has lost the role may take it back, and change it no more. */
function refuseSharing(view: ViewContent, { name, grants }: ViewCaller): void {
  if (view.is_shared && !grants.some(({ role }) => includes(role, "operator")))
    throw new ViewError("may_not_share", `${name} is no operator: keep the view to yourself, with is_shared false.`);
}

/** What others keep to themselves is as if it did not exist. Throws ViewError. */
function changeable(id: number, view: ViewRow | null, { name, grants }: ViewCaller): ViewRow {
  const isAdmin = grants.some(({ role, scope }) => role === "admin" && scope === null);
  if (view === null || !(view.owner === name || view.is_shared || isAdmin)) throw unknown(id);
  if (view.owner !== name && !isAdmin)
    throw new ViewError(
      "not_owner",
      `View ${id} is one of ${view.owner}, who changes it, or an admin does: save your own.`,
    );
  return view;
}

function unknown(id: number): ViewError {
  return new ViewError("unknown_view", `There is no view ${id} of yours, and none that is shared.`);
}

function nameTaken({ name }: ViewContent, owner: string): ViewError {
  return new ViewError(
    "name_taken",
    `${owner} has a view ${JSON.stringify(name)} already: change that one, or give another name.`,
  );
}
