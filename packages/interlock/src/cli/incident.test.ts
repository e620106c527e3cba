import type { AddressInfo } from "node:net";
import type { Command } from "commander";
import { beforeEach, expect, test, vi } from "vitest";
import { ada, useIncidents } from "../incident/testing-incidents.ts";
import { buildApp } from "../server/build-app.ts";
import { componentRoutes } from "../server/components.ts";
import { culpritRoutes } from "../server/culprits.ts";
import { incidentWorkRoutes } from "../server/incident-work.ts";
import { incidentsRoutes } from "../server/incidents.ts";
import { maintenanceRoutes } from "../server/maintenances.ts";
import { responderRoutes } from "../server/responders.ts";
import { statusPageRoutes } from "../server/status-page.ts";
import { updateRoutes } from "../server/updates.ts";
import { componentCommand } from "./component.ts";
import { incidentCommand } from "./incident.ts";
import { maintenanceCommand } from "./maintenance.ts";
import { oncallCommand } from "./oncall.ts";
import { statusPageCommand } from "./statuspage.ts";

const testing = useIncidents();

beforeEach(async () => {
  const { services } = testing;
  const app = await buildApp({
    routes: [
      ...incidentsRoutes(services),
      ...incidentWorkRoutes(services),
      ...culpritRoutes({
        ...services,
        admit: async () => Promise.reject(new Error("nothing is rolled back here")),
      }),
      ...updateRoutes(services),
      ...componentRoutes(services),
      ...statusPageRoutes(services),
      ...responderRoutes(services),
      ...maintenanceRoutes(services),
    ],
    authenticate: async () => ada,
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  vi.stubEnv("INTERLOCK_SERVER", `http://127.0.0.1:${String(port)}`);
  vi.stubEnv("INTERLOCK_TOKEN", "ilk_test");
  return async () => {
    vi.unstubAllEnvs();
    await app.close();
  };
});

const commands: Readonly<Record<string, () => Command>> = {
  incident: incidentCommand,
  component: componentCommand,
  maintenance: maintenanceCommand,
  oncall: oncallCommand,
  statuspage: statusPageCommand,
};

/** Runs a command in this process; what it prints, with what is other each time taken out. */
async function run(...words: (string | string[])[]): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    const [name = "", ...rest] = words.flat();
    await commands[name]?.().exitOverride().parseAsync(rest, { from: "user" });
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  } finally {
    spy.mockRestore();
  }
  return printed
    .join("")
    .replaceAll(/\b(upd|rsp|ser|cal|inc|cmp)_[0-9a-z]{16}/g, "$1_…")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<moment>");
}

const title = ["--title", "fr=Perturbations", "--title", "en=Disruptions"];

test("an incident by commands alone, from its opening to its end", async () => {
  const opened = await run(
    "incident",
    "open",
    "--env",
    "production",
    "--priority",
    "P1",
    title,
    "--component",
    "payment-api=major_outage",
    "--unaffected",
    "terminals",
  );
  expect(opened).toBe(
    "INC-1  P1 investigating  Disruptions  payment-api=major_outage  (holds app=payments)  since <moment>\n",
  );
  await run("incident", "acknowledge", "INC-1");
  expect(await run("incident", "update", "INC-1", "--status", "identified", "--fr", "Bonjour")).toBe(
    "language-missing: The update is not written in en, it.",
  );
  const update = await run(
    "incident",
    "update",
    "INC-1",
    "--status",
    "identified",
    "--phrase",
    "identified-difficulties,no-impact",
  );
  expect(update).toContain(
    "      Difficulties are confirmed on Payment API.\n      No impact on POS terminals.\n",
  );
  await run("incident", "priority", "INC-1", "--to", "P2", "--reason", "one merchant");
  await run("incident", "impact", "INC-1", "--component", "payment-api=degraded_performance");
  await run("incident", "classify", "INC-1", "--reason", "clients affected");
  expect(await run("incident", "report", "due", "INC-1")).toMatch(/^ {2}initial report: due, due <moment>/);
  expect(await run("incident", "facts", "INC-1", "--category", "network", "--revision", "1")).toMatch(
    /^conflict/,
  );
  expect(await run("incident", "facts", "INC-1", "--category", "network")).toContain("INC-1  P2 identified");
  expect(await run("incident", "resolve", "INC-1")).toContain("INC-1  P2 resolved");
  expect(await run("incident", "list", "--env", "production")).toBe("No incident is open.\n");
  expect(await run("incident", "list", "--env", "production", "--all")).toContain("INC-1");
  expect(await run("incident", "show", "INC-1")).toContain("  Category: Network\n");
  expect(await run("incident", "show", "INC-1", "--timeline")).toContain("<moment>  priority-changed  ada");
  expect(await run("incident", "report", "export", "INC-1")).toContain('"format": "interlock-incident/1"');
});

test("a draft by commands: written, published, corrected, withdrawn", async () => {
  await run("incident", "open", "--env", "production", "--priority", "P3", ...title);
  await run("incident", "update", "INC-1", "--status", "identified", "--draft", "--fr", "Bonjour");
  const [row] = await testing.control.query<{ id: string }>("select id from interlock_control.updates");
  const id = row?.id ?? "";
  expect(await run("incident", "publish", id)).toMatch(/^language-missing/);
  expect(await run("incident", "edit", id, "--en", "Hello", "--it", "Ciao")).toContain(
    "it, revision 1\n      Ciao\n",
  );
  expect(await run("incident", "publish", id)).toContain("published");
  expect(await run("incident", "edit", id, "--en", "Hello.", "--correction")).toContain("published, edited");
  const stale = await run("incident", "edit", id, "--fr", "Bonsoir", "--incomplete", "nobody is there");
  expect(stale).toContain("en (stale), revision 2");
  expect(await run("incident", "confirm", id, "--locales", "en,it")).not.toContain("stale");
  expect(await run("incident", "withdraw", id, "--reason", "wrong")).toContain("withdrawn, edited");
});

test("components, the page, who is called, and maintenance, by commands", async () => {
  const env = ["--env", "production"];
  expect(
    await run(
      "component",
      "add",
      "refunds",
      ...env,
      "--name",
      "en=Refunds",
      "--declares",
      "P2,partial_outage",
    ),
  ).toBe("refunds  operational  Refunds  declares P2 partial_outage\n");
  expect(await run("component", "set", "refunds", ...env, "--scope", "app=refunds", "--no-declares")).toBe(
    "refunds  operational  Refunds  (app=refunds)\n",
  );
  expect(await run("component", "set", "refunds", ...env, "--no-scope")).toBe(
    "refunds  operational  Refunds\n",
  );
  expect(await run("component", "remove", "refunds", ...env)).toBe("refunds is removed.\n");
  expect(await run("component", "list", ...env)).toContain(
    "payment-api  operational  Payment API  (app=payments)\n",
  );
  expect(await run("statuspage", "set", "--locales", "fr,en")).toBe(
    "https://status.example.com tells of production, in fr, en, on the clock of Europe/Paris.\n",
  );
  expect(
    await run(
      "oncall",
      "add",
      "grace",
      ...env,
      "--role",
      "lead",
      "--email",
      "grace@example.com",
      "--answer-within",
      "90s",
    ),
  ).toBe("rsp_…  lead 1  grace  email g…@example.com  en  answers within 90 s\n");
  expect(await run("oncall", "add", "hal", ...env, "--role", "lead")).toMatch(/^input-not-valid/);
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  const later = new Date(Date.now() + 90_000_000).toISOString();
  const times = ["--from", soon, "--until", later];
  expect(await run("maintenance", "schedule", ...env, ...title, "--component", "payment-api", ...times)).toBe(
    "MNT-1  scheduled  Disruptions  payment-api  <moment> to <moment>\n",
  );
  expect(await run("maintenance", "start", "MNT-1")).toContain("MNT-1  in_progress");
  expect(await run("maintenance", "cancel", "MNT-1")).toMatch(/^conflict/);
  const series = ["maintenance", "series", "add", ...env, ...title, "--component", "payment-api"];
  expect(await run(...series, "--weekly", "sun 02:00 - sun 03:00")).toContain("FREQ=WEEKLY;BYDAY=SU");
  expect(await run("maintenance", "list", ...env)).toContain("(ser_…)");
});
