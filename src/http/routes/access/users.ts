import {
  addUserRequest,
  changeUserRequest,
  userAnswer,
  userParams,
  usersAnswer,
  usersQuery,
} from "../../../contract/api/access/access-api.ts";
import type { UserRow } from "../../../store/access-store.ts";
import { route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";
import { pageOf } from "./page-of.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/users",
    summary: "The users.",
    role: "admin",
    query: usersQuery,
    answer: usersAnswer,
    async handle({ query }, { reads }) {
      const { rows, pagination } = await pageOf(query, (page) => reads.access.users(page));
      return { users: rows.map(shown), pagination };
    },
  }),
  route({
    method: "POST",
    path: "/api/users",
    summary: "Make a user; the first must be an admin, and from then on every request needs a login.",
    role: "admin",
    body: addUserRequest,
    answer: userAnswer,
    status: 201,
    handle: async ({ body }, { acts }) => shown(await acts.access.addUser(body)),
  }),
  route({
    method: "PUT",
    path: "/api/users/{name}",
    summary: "Give a user another role or password, or disable the user.",
    role: "admin",
    params: userParams,
    body: changeUserRequest,
    answer: userAnswer,
    async handle({ params, body, trail }, { acts }) {
      const { before, after } = await acts.access.changeUser(params.name, body);
      trail.before = shown(before);
      trail.after = { ...shown(after), ...(body.password === undefined ? {} : { password: "" }) };
      return shown(after);
    },
  }),
];

function shown({ created_at: created, last_login_at: login, disabled_at: disabled, ...user }: UserRow) {
  return {
    ...user,
    created_at: timeText(created),
    last_login_at: timeText(login),
    disabled_at: timeText(disabled),
  };
}
