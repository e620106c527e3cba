import { beforeEach } from "vitest";
import type { Sealer } from "../access/sealer.ts";
import { keyBytes, makeSealer } from "../access/sealer.ts";
import { systemCaller } from "../access/system-caller.ts";
import type { Caller } from "../access/caller.ts";
import { useControl, type TestingControl } from "../control/testing-control.ts";
import { addComponent } from "./components/add-component.ts";
import { newComponentSchema } from "../api/components.ts";
import { setStatusPage } from "./status-page/set-status-page.ts";

/** For tests only: an environment `production` with a page and components that have scopes. */
export interface TestingIncidents extends TestingControl {
  readonly services: {
    control: TestingControl["control"];
    sealer: Sealer;
    log: { info(): void; warn(): void; error(): void };
  };
  /** What was told, in order: kinds of events since the test began. */
  told(): Promise<string[]>;
}

/** Somebody who may work on incidents of one environment only. */
export function callerOf(owner: string, environments: string[] | null = null): Caller {
  return { ...systemCaller, owner, environments };
}

export const ada = callerOf("ada");

const sealer = makeSealer(Buffer.alloc(keyBytes, 7));
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function useIncidents(): TestingIncidents {
  const testing = useControl();
  let before = "0";
  beforeEach(async () => {
    const { control } = testing;
    await control.query(
      "insert into interlock_control.environments (name, tools) values ('production', '{}'), ('staging', '{}')",
    );
    await setStatusPage(testing, {
      change: {
        environment: "production",
        names: { fr: "État des services", en: "Service status", it: "Stato dei servizi" },
        url: "https://status.example.com",
        responsibility: "Example",
      },
      caller: ada,
    });
    for (const component of [
      {
        key: "payment-api",
        names: { fr: "API de Paiement", en: "Payment API", it: "API di Pagamento" },
        scope: "app=payments",
      },
      {
        key: "terminals",
        names: { fr: "Paiements sur TPE", en: "POS terminals", it: "Terminali POS" },
        scope: "app=terminals",
      },
      { key: "portal", names: { fr: "Portail", en: "Portal", it: "Portale" } },
    ]) {
      await addComponent(testing, {
        environment: "production",
        component: newComponentSchema.parse(component),
        caller: ada,
      });
    }
    const [last] = await control.query<{ number: string }>(
      "select coalesce(max(number), 0) as number from interlock_control.events",
    );
    before = last?.number ?? "0";
  });
  return {
    get control() {
      return testing.control;
    },
    get shadow() {
      return testing.shadow;
    },
    target: () => testing.target(),
    get services() {
      return { control: testing.control, sealer, log };
    },
    async told() {
      const rows = await testing.control.query<{ kind: string }>(
        "select kind from interlock_control.events where number > $1::bigint order by number",
        [before],
      );
      return rows.map(({ kind }) => kind);
    },
  };
}
