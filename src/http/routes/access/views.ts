import {
  removeViewAnswer,
  viewAnswer,
  viewParams,
  viewRequest,
  viewsAnswer,
  viewsQuery,
} from "../../../contract/api/access/view-api.ts";
import type { ViewContent, ViewRow } from "../../../store/access-store.ts";
import type { ApiDeps } from "../../api/deps.ts";
import { route } from "../../api/route.ts";
import { askedQuery } from "../../api/tasks/asked-query.ts";
import { timeText } from "../../request-time.ts";
import { pageOf } from "./page-of.ts";

// A view is the text of a search, not what it finds: whoever opens it searches in what they may see.
export const ROUTES = [
  route({
    method: "GET",
    path: "/api/views",
    summary: "The searches that the caller has saved, and those that are shared.",
    role: "viewer",
    records: true,
    scope: "free",
    query: viewsQuery,
    answer: viewsAnswer,
    async handle({ query, caller }, { reads }) {
      const asked = { owner: caller.name, page: query.page ?? null };
      const { rows, pagination } = await pageOf(query, (page) => reads.access.savedViews({ ...asked, ...page }));
      return { views: rows.map(viewJson), pagination };
    },
  }),
  route({
    method: "POST",
    path: "/api/views",
    summary: "Save a search, of the caller alone or shared with everybody.",
    role: "viewer",
    scope: "free",
    creates: true,
    body: viewRequest,
    answer: viewAnswer,
    status: 201,
    async handle({ body, caller }, deps) {
      refuseUnreadable(body, deps);
      return viewJson(await deps.acts.views.add(body, caller));
    },
  }),
  route({
    method: "PUT",
    path: "/api/views/{id}",
    summary: "Replace a saved search: of its owner, or an admin.",
    role: "viewer",
    scope: "free",
    params: viewParams,
    body: viewRequest,
    answer: viewAnswer,
    async handle({ params: { id }, body, caller, trail }, deps) {
      refuseUnreadable(body, deps);
      const { before, after } = await deps.acts.views.change(id, body, caller);
      trail.before = before;
      return viewJson(after);
    },
  }),
  route({
    method: "DELETE",
    path: "/api/views/{id}",
    summary: "Remove a saved search: of its owner, or an admin.",
    role: "viewer",
    scope: "free",
    params: viewParams,
    answer: removeViewAnswer,
    async handle({ params: { id }, caller, trail }, { acts }) {
      trail.before = await acts.views.remove(id, caller);
      return { removed: id };
    },
  }),
];

/** Whoever opens it must find a query that can be read. Throws DomainError, with the position of the mistake. */
function refuseUnreadable({ page, query }: ViewContent, deps: ApiDeps): void {
  if (page === "tasks") askedQuery({ query }, "/body/query", null, deps);
}

function viewJson({ created_at: created, updated_at: updated, ...view }: ViewRow) {
  return { ...view, created_at: timeText(created), updated_at: timeText(updated) };
}
