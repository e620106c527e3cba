import { afterAll, beforeAll, beforeEach } from "vitest";
import { newSubscriberSchema, type NewSubscriber } from "../../api/subscribers.ts";
import { makeEventFeed } from "../../control/event-feed.ts";
import { runWork } from "../../control/run-work.ts";
import { openIncident } from "../../incident/open-incident.ts";
import { postUpdate } from "../../incident/post-update.ts";
import { ada, useIncidents, type TestingIncidents } from "../../incident/testing-incidents.ts";
import type { LaneOptions } from "../delivery/run-lane.ts";
import { notifyWork } from "../notify-work.ts";
import type { NotifyServices } from "../services.ts";
import { readNotifySettings } from "../settings.ts";
import { addSubscriber } from "../subscription/add-subscriber.ts";
import { openHooks, type Hooks } from "./hooks.ts";
import { openMailbox, type Mailbox } from "./mailbox.ts";

/** For tests only: incidents, a mail server, hooks, and as many servers as one likes that tell subscribers. */
export interface TestingNotify extends TestingIncidents {
  readonly notify: NotifyServices;
  readonly mailbox: Mailbox;
  readonly hooks: Hooks;
  /** Lines that were logged. */
  readonly logged: string[];
  /** Starts the work of a server; it ends with the test, or when it is stopped. */
  run(options?: LaneOptions): { stop(): Promise<void> };
  /** Somebody who has confirmed elsewhere. */
  subscribe(
    wish: Partial<NewSubscriber> & { address: string },
  ): Promise<{ id: string; secret: string | null }>;
  /** An incident with a first public update. */
  incident(title?: string): Promise<string>;
  say(incident: string, status: "identified" | "monitoring" | "resolved", text?: string): Promise<string>;
  /** Looks until something is so; a test that waits for ever ends by the test's own limit. */
  until(condition: () => Promise<boolean> | boolean): Promise<void>;
  deliveries(): Promise<
    {
      kind: string;
      receiver: string;
      state: string;
      attempts: number;
      doubts: number;
      problem: string | null;
    }[]
  >;
}

export function useNotify(): TestingNotify {
  const testing = useIncidents();
  let mailbox: Mailbox;
  let hooks: Hooks;
  let services: NotifyServices;
  let logged: string[] = [];
  let stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    mailbox = await openMailbox();
    hooks = await openHooks();
  });
  afterAll(async () => {
    await mailbox.stop();
    await hooks.stop();
  });
  beforeEach(() => {
    logged = [];
    mailbox.letters.length = 0;
    hooks.posts.length = 0;
    mailbox.onRecipient = () => undefined;
    mailbox.onMessage = () => undefined;
    hooks.onPost = () => undefined;
    const note = (facts: object, message: string): void => {
      logged.push(`${message} ${JSON.stringify(facts)}`);
    };
    services = {
      ...testing.services,
      log: { info: note, warn: note, error: note },
      notify: readNotifySettings({
        INTERLOCK_SMTP_URL: mailbox.url,
        INTERLOCK_MAIL_FROM: "Example status <status@example.com>",
        INTERLOCK_HOOKS_TO_PRIVATE: "allow",
      }),
    };
    return async () => {
      for (const stop of stops.splice(0)) await stop();
    };
  });
  const query = (): TestingIncidents["control"]["query"] => (sql, values) =>
    testing.control.query(sql, values);
  return {
    ...testing,
    get control() {
      return testing.control;
    },
    get shadow() {
      return testing.shadow;
    },
    get services() {
      return testing.services;
    },
    get notify() {
      return services;
    },
    get mailbox() {
      return mailbox;
    },
    get hooks() {
      return hooks;
    },
    get logged() {
      return logged;
    },
    run(options) {
      const until = new AbortController();
      const feed = makeEventFeed(testing.control, { applicationName: "interlock-server@test" });
      const work = [feed.work, ...notifyWork({ ...services, feed }, options)];
      const ended = runWork(work, { signal: until.signal, log: services.log });
      const stop = async (): Promise<void> => {
        until.abort();
        await ended;
      };
      stops.push(stop);
      return { stop };
    },
    async subscribe(wish) {
      const channel = wish.address.includes("://") ? "webhook" : "email";
      const subscriber = newSubscriberSchema.parse({ channel, confirmedBecause: "a test", ...wish });
      return addSubscriber(services, { subscriber, caller: ada });
    },
    async incident(title = "Payments fail") {
      const { id } = await openIncident(testing.services, {
        environment: "production",
        priority: "P2",
        titles: { fr: `${title} (fr)`, en: title, it: `${title} (it)` },
        components: [{ component: "payment-api", status: "partial_outage" }],
        isPublic: false,
        hold: false,
        caller: ada,
      });
      return id;
    },
    async say(incident, status, text = `It is ${status}.`) {
      const update = await postUpdate(testing.services, {
        incident,
        status,
        texts: { fr: `${text} (fr)`, en: text, it: `${text} (it)` },
        publish: true,
        caller: ada,
      });
      return update.id;
    },
    async until(condition) {
      while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    deliveries: () =>
      query()(
        "select kind, receiver, state, attempts, doubts, problem from interlock_control.deliveries order by number",
      ),
  };
}
