import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Shell } from "./shell/shell.tsx";
import { lastSearch as lastAlertsSearch, readSearch as readAlerts } from "./routes/alerts/search.ts";
import { readSearch as readLogin } from "./routes/login/search.ts";
import { readSearch as readOverview } from "./routes/overview/search.ts";
import { readSearch as readTask } from "./routes/task/search.ts";
import { readSearch as readAccess } from "./routes/system/access/search.ts";
import { lastSearch as lastTasksSearch, readSearch as readTasks } from "./routes/tasks/search.ts";
import { readApiSearch, readConfigurationSearch, readSearch as readHealth } from "./routes/system/search.ts";
import { readSearch as readBackfill } from "./routes/backfill/search.ts";
import { readSearch as readFiles } from "./routes/files/search.ts";
import { readGantt, readGraph, readGrid, readSearch as readWorkflows, readSource } from "./routes/workflows/search.ts";
import { readSchedule } from "./routes/workflows/schedule/search.ts";
import { readSearch as readWhyNot } from "./routes/why-not/search.ts";

const root = createRootRoute();
/** Everything but the login stands in the shell. */
const inShell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const overview = createRoute({
  getParentRoute: () => inShell,
  path: "/",
  validateSearch: readOverview,
  component: lazyRouteComponent(() => import("./routes/overview/overview.tsx"), "Overview"),
});

const tasks = createRoute({
  getParentRoute: () => inShell,
  path: "/tasks",
  validateSearch: readTasks,
  beforeLoad({ search }) {
    if (search.q === undefined) redirect({ to: "/tasks", search: lastTasksSearch(), replace: true, throw: true });
  },
  component: lazyRouteComponent(() => import("./routes/tasks/tasks.tsx"), "Tasks"),
});

const whyNot = createRoute({
  getParentRoute: () => inShell,
  path: "/why-not",
  validateSearch: readWhyNot,
  component: lazyRouteComponent(() => import("./routes/why-not/why-not.tsx"), "WhyNot"),
});

const task = createRoute({
  getParentRoute: () => inShell,
  path: "/tasks/$id",
  validateSearch: readTask,
  component: lazyRouteComponent(() => import("./routes/task/task.tsx"), "Task"),
});

const system = createRoute({
  getParentRoute: () => inShell,
  path: "/system",
  component: lazyRouteComponent(() => import("./routes/system/system.tsx"), "System"),
});
const health = createRoute({
  getParentRoute: () => system,
  path: "/",
  validateSearch: readHealth,
  component: lazyRouteComponent(() => import("./routes/system/health/health.tsx"), "Health"),
});
const access = createRoute({
  getParentRoute: () => system,
  path: "/access",
  validateSearch: readAccess,
  component: lazyRouteComponent(() => import("./routes/system/access/access.tsx"), "Access"),
});
const configuration = createRoute({
  getParentRoute: () => system,
  path: "/configuration",
  validateSearch: readConfigurationSearch,
  component: lazyRouteComponent(() => import("./routes/system/configuration/configuration.tsx"), "Configuration"),
});
const api = createRoute({
  getParentRoute: () => system,
  path: "/api",
  validateSearch: readApiSearch,
  component: lazyRouteComponent(() => import("./routes/system/api/api.tsx"), "Api"),
});
const systemParts = system.addChildren([health, access, configuration, api]);

const alerts = createRoute({
  getParentRoute: () => inShell,
  path: "/alerts",
  validateSearch: readAlerts,
  // Who comes without a wish of their own sees what they saw last.
  beforeLoad: ({ search, cause }) => {
    const last = lastAlertsSearch();
    if (cause !== "stay" && Object.keys(search).length === 0 && Object.keys(last).length > 0)
      redirect({ to: "/alerts", search: last, replace: true, throw: true });
  },
  component: lazyRouteComponent(() => import("./routes/alerts/alerts.tsx"), "Alerts"),
});

const alert = createRoute({
  getParentRoute: () => inShell,
  path: "/alerts/$id",
  component: lazyRouteComponent(() => import("./routes/alert/alert.tsx"), "Alert"),
});

const files = createRoute({
  getParentRoute: () => inShell,
  path: "/files",
  validateSearch: readFiles,
  component: lazyRouteComponent(() => import("./routes/files/files.tsx"), "Files"),
});
const file = createRoute({
  getParentRoute: () => inShell,
  path: "/files/$id",
  component: lazyRouteComponent(() => import("./routes/files/file/file.tsx"), "File"),
});

const workflows = createRoute({
  getParentRoute: () => inShell,
  path: "/workflows",
  validateSearch: readWorkflows,
  component: lazyRouteComponent(() => import("./routes/workflows/workflows.tsx"), "Workflows"),
});
const graph = createRoute({
  getParentRoute: () => workflows,
  path: "/",
  validateSearch: readGraph,
  component: lazyRouteComponent(() => import("./routes/workflows/graph/graph.tsx"), "Graph"),
});
const grid = createRoute({
  getParentRoute: () => workflows,
  path: "/grid",
  validateSearch: readGrid,
  component: lazyRouteComponent(() => import("./routes/workflows/grid/grid.tsx"), "Grid"),
});
const gantt = createRoute({
  getParentRoute: () => workflows,
  path: "/gantt",
  validateSearch: readGantt,
  component: lazyRouteComponent(() => import("./routes/workflows/gantt/gantt.tsx"), "Gantt"),
});
const source = createRoute({
  getParentRoute: () => workflows,
  path: "/source",
  validateSearch: readSource,
  component: lazyRouteComponent(() => import("./routes/workflows/source/source.tsx"), "Source"),
});
const schedule = createRoute({
  getParentRoute: () => inShell,
  path: "/workflows/schedule",
  validateSearch: readSchedule,
  component: lazyRouteComponent(() => import("./routes/workflows/schedule/schedule.tsx"), "Schedule"),
});
const workflowParts = workflows.addChildren([graph, grid, gantt, source]);

const backfills = createRoute({
  getParentRoute: () => inShell,
  path: "/backfill",
  validateSearch: readBackfill,
  component: lazyRouteComponent(() => import("./routes/backfill/backfills.tsx"), "Backfills"),
});
const backfill = createRoute({
  getParentRoute: () => inShell,
  path: "/backfill/$id",
  component: lazyRouteComponent(() => import("./routes/backfill/backfill/backfill.tsx"), "Backfill"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: readLogin,
  component: lazyRouteComponent(() => import("./routes/login/login.tsx"), "Login"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    inShell.addChildren([
      overview,
      tasks,
      task,
      whyNot,
      alerts,
      alert,
      files,
      file,
      workflowParts,
      schedule,
      backfills,
      backfill,
      systemParts,
    ]),
    login,
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
