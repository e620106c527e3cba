import { userInfo } from "node:os";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { ownerSchema } from "../api/tokens.ts";
import { makeAuthenticate } from "../access/authenticate.ts";
import { makeFirstToken } from "../access/first-token.ts";
import { holdToKey } from "../access/hold-to-key.ts";
import { readKey } from "../access/read-key.ts";
import { makeSealer } from "../access/sealer.ts";
import { openControl } from "../control/control.ts";
import { makeDataDirectory } from "../control/data-directory.ts";
import { makeEventFeed } from "../control/event-feed.ts";
import { forgetOldEvents } from "../control/forget-old-events.ts";
import { leadWork } from "../control/leader.ts";
import { finishControlMigration, migrateControl } from "../control/migrate-control.ts";
import {
  embeddedControlDatabase,
  externalControlDatabase,
  type ControlDatabase,
} from "../control/open-control-database.ts";
import { runWork } from "../control/run-work.ts";
import { serverVersion } from "../control/server-version.ts";
import { openEvidence } from "../evidence/services.ts";
import { readGithubSettings } from "../gate/github/settings.ts";
import { readFacts } from "../gate/read-facts.ts";
import { readNotifySettings } from "../notify/settings.ts";
import { systemCodeOf } from "../database/sqlstate.ts";
import { makePublication } from "../statuspage/publication.ts";
import { readStatuspageSettings } from "../statuspage/write/settings.ts";
import { Failure, messageOf } from "../std/failure.ts";
import type { Log } from "../std/log.ts";
import { defaultRateLimits, type RateLimits } from "./admission.ts";
import { workOfEveryServer, workOfLeader } from "./background.ts";
import { buildApp } from "./build-app.ts";
import { registerEvents } from "./events.ts";
import { registerHealth } from "./health.ts";
import { makeMetrics } from "./metrics.ts";
import { allPlugins } from "./plugins.ts";
import { allRoutes } from "./routes.ts";
import { servePageMeanwhile } from "./serve-page-meanwhile.ts";
import type { Services } from "./services.ts";
import { statusPageFigures } from "./status-page-figures.ts";

export interface ServerOptions {
  /** Holds the embedded PostgreSQL, the key, and the first admin's token. */
  directory: string;
  /** The control database; by default the embedded PostgreSQL. */
  database?: string;
  host: string;
  /** 0 for any free one. */
  port: number;
  log: Log;
  limits?: RateLimits;
}

export interface RunningServer {
  /** `http://127.0.0.1:7432`. */
  address: string;
  /** Where the control database is, for people. */
  control: string;
  /** The file with the first admin's token, where one was made. */
  firstToken: string | undefined;
  /** Takes no more requests, lets those under way end (for ten seconds at most), and closes everything. */
  stop(): Promise<void>;
}

/** How long requests under way are waited for when the server stops. */
const drainMs = 10_000;

/**
 * Starts a server and returns when it takes requests. Throws `Failure` "port-taken", "address-not-usable",
 * "data-directory-not-usable", "key-differs", "control-schema-newer", "github-settings-not-valid", "notify-settings-not-valid", and what opening the control database and
 * "data-directory-not-usable", "key-differs", "control-schema-newer", "github-settings-not-valid", "statuspage-settings-not-valid", and what opening the control database and
 * shipping its schema throw; nothing is left running then.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { log } = options;
  const github = readGithubSettings(process.env);
  const notify = readNotifySettings(process.env);
  const ending: (() => Promise<void> | void)[] = [];
  const end = async (): Promise<void> => {
    for (const step of ending.splice(0).toReversed()) await step();
  };
  try {
    const directory = await makeDataDirectory(options.directory);
    const statuspage = readStatuspageSettings(process.env, { dataDirectory: directory });
    const database =
      options.database === undefined
        ? await embeddedControlDatabase(directory)
        : externalControlDatabase(options.database);
    ending.push(() => {
      database.release();
    });
    const { connection } = database;
    const { host, port } = options;
    const meanwhile = { directory: statuspage.directory, host, port, log };
    await servePageMeanwhile(() => migrateControl({ connection, log }), meanwhile);
    const control = openControl(connection, { applicationName: serverVersion() });
    ending.push(() => control.close());
    const key = await readKey({ directory });
    await holdToKey(control, key);
    const sealer = makeSealer(key);
    const evidence = openEvidence({ control, sealer });
    ending.push(() => evidence.observer.close());
    const publication = makePublication({ control, directory: statuspage.directory, log });
    // What was written last is there from the first request on, whatever becomes of the control database.
    await publication.load();
    const services: Services = {
      control,
      sealer,
      log,
      feed: makeEventFeed(control, { applicationName: serverVersion() }),
      directory,
      evidence,
      readFacts: (question) => readFacts(evidence, question),
      notify,
      publication,
      statuspage,
      github,
    };
    const firstToken = await makeFirstToken(control, { directory, owner: ownerName() });
    const app = await startWork({ options, services, database, ending });
    const address = await listen(app, options);
    return { address, control: database.place, firstToken, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Begins the work in the background and makes the application; both are ended by what is pushed to `ending`. */
async function startWork({
  options,
  services,
  database,
  ending,
}: {
  options: ServerOptions;
  services: Services;
  database: ControlDatabase;
  ending: (() => Promise<void> | void)[];
}): Promise<FastifyInstance> {
  const { control, feed, log } = services;
  const { connection } = database;
  const applicationName = serverVersion();
  const leadership = leadWork({
    connection,
    applicationName,
    log,
    work: [finishControlMigration({ connection, log }), forgetOldEvents(control), ...workOfLeader(services)],
  });
  const until = new AbortController();
  const work = [...database.work, feed.work, leadership, ...workOfEveryServer(services)];
  const ended = runWork(work, { signal: until.signal, log });
  ending.push(async () => {
    until.abort();
    await ended;
  });
  const stopping = new AbortController();
  const authenticate = makeAuthenticate(control);
  const metrics = makeMetrics({
    control,
    isLeader: () => leadership.isLeader,
    more: (registers) => statusPageFigures(registers, services.publication),
  });
  const app = await buildApp({
    routes: allRoutes(services),
    plugins: allPlugins(services),
    authenticate,
    limits: options.limits ?? defaultRateLimits,
    log,
    stopping: stopping.signal,
    onAnswer: metrics.onAnswer,
    extras: (own, admit) => {
      registerHealth(own, { control, stopping: stopping.signal });
      metrics.register(own, admit);
      registerEvents(own, { feed, admit, authenticate, stopping: stopping.signal, log });
    },
  });
  ending.push(async () => {
    stopping.abort();
    const late = setTimeout(() => {
      app.server.closeAllConnections();
    }, drainMs);
    await app.close();
    clearTimeout(late);
  });
  return app;
}

async function listen(app: FastifyInstance, { host, port }: ServerOptions): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw notListening(error, `${host}:${String(port)}`);
  }
  const { port: taken } = app.server.address() as AddressInfo;
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${String(taken)}`;
}

function notListening(error: unknown, place: string): Failure {
  const taken = systemCodeOf(error) === "EADDRINUSE";
  return new Failure({
    code: taken ? "port-taken" : "address-not-usable",
    message: taken ? `Somebody else listens on ${place} already.` : `The server can't listen on ${place}.`,
    why: messageOf(error),
    state: "Nothing is left running.",
    next: taken
      ? "Stop the other one, or choose another port with --port (0 takes any free one)."
      : "Give an address of this machine with --host, and a port that you may listen on with --port.",
    cause: error,
  });
}

/** Who the first token belongs to: whoever starts the server. */
function ownerName(): string {
  try {
    const { username } = userInfo();
    return ownerSchema.safeParse(username).success ? username : "admin";
  } catch {
    // A user without a name, as in some containers.
    return "admin";
  }
}
