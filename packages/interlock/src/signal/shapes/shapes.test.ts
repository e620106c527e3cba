import { describe, expect, test } from "vitest";
import { shapes } from "./all.ts";

const firing = {
  version: "4",
  groupKey: '{}:{alertname="HighErrorRate"}',
  status: "firing",
  receiver: "interlock",
  groupLabels: { alertname: "HighErrorRate" },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: "http://alertmanager",
  truncatedAlerts: 0,
  alerts: [
    {
      status: "firing",
      labels: { alertname: "HighErrorRate", component: "payment-api", severity: "page" },
      annotations: { summary: "Half of the payments fail" },
      startsAt: "2024-12-17T13:17:03.000Z",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "http://prometheus",
      fingerprint: "c6eadffa33fcdf37",
    },
  ],
};

function keyOf(labels: Record<string, string>): string | undefined {
  return shapes.alertmanager({ alerts: [{ status: "firing", labels }] })[0]?.key;
}

describe("Alertmanager's webhook", () => {
  test("is a trouble for each alert, by its fingerprint", () => {
    expect(shapes.alertmanager(firing)).toMatchObject([
      {
        key: "c6eadffa33fcdf37",
        state: "firing",
        title: "Half of the payments fail",
        severity: "critical",
        startedAt: new Date("2024-12-17T13:17:03Z"),
        endedAt: null,
        labels: { component: "payment-api" },
      },
    ]);
    const [alert] = firing.alerts;
    const resolved = { ...alert, status: "resolved", endsAt: "2024-12-17T13:37:00Z" };
    expect(shapes.alertmanager({ ...firing, alerts: [resolved] })).toMatchObject([
      { state: "ended", endedAt: new Date("2024-12-17T13:37:00Z") },
    ]);
  });

  test("without a fingerprint its labels are the key, in whatever order", () => {
    expect(keyOf({ a: "1", b: "2" })).toBe(keyOf({ b: "2", a: "1" }));
    expect(keyOf({ a: "1" })).not.toBe(keyOf({ a: "2" }));
  });
});

test("Grafana's brings its values along", () => {
  const alerts = firing.alerts.map((alert) => ({ ...alert, valueString: "[ value=51 ]", values: { A: 51 } }));
  expect(shapes.grafana({ ...firing, orgId: 1, state: "alerting", alerts })).toMatchObject([
    { key: "c6eadffa33fcdf37", detail: { valueString: "[ value=51 ]", severity: "page" } },
  ]);
});

test("PagerDuty's events trigger, acknowledge and resolve by their dedup_key", () => {
  const trigger = {
    routing_key: "k",
    event_action: "trigger",
    dedup_key: "db/disk",
    payload: {
      summary: "Disk full",
      source: "db1",
      severity: "warning",
      component: "postgres",
      custom_details: { free: 3 },
    },
  };
  expect(shapes.pagerduty(trigger)).toMatchObject([
    { key: "db/disk", state: "firing", title: "Disk full", severity: "warning", labels: { free: "3" } },
  ]);
  expect(shapes.pagerduty({ event_action: "acknowledge", dedup_key: "db/disk" })).toMatchObject([
    { key: "db/disk", state: "acknowledged" },
  ]);
  expect(shapes.pagerduty({ event_action: "resolve", dedup_key: "db/disk" })).toMatchObject([
    { key: "db/disk", state: "ended" },
  ]);
  expect(() => shapes.pagerduty({ event_action: "resolve" })).toThrow(
    expect.objectContaining({ code: "input-not-valid" }),
  );
});

test("a standard webhook says its state, or its type does", () => {
  const data = { key: "a", title: "A" };
  expect(shapes["standard-webhooks"]({ type: "alert.fired", timestamp: "now", data })).toMatchObject([
    { key: "a", state: "firing", severity: "critical" },
  ]);
  expect(shapes["standard-webhooks"]({ type: "alert.resolved", data })).toMatchObject([{ state: "ended" }]);
});

test("JSON of one's own is one signal or several", () => {
  const one = { key: "a", title: "A", team: "payments" };
  expect(shapes.json(one)).toMatchObject([{ key: "a", labels: { team: "payments" } }]);
  expect(shapes.json({ signals: [one, { ...one, key: "b", state: "ended" }] })).toHaveLength(2);
  for (const wrong of [null, [], {}, { key: "" }, { alerts: 1 }, { key: "a", title: "A", startedAt: "x" }]) {
    for (const read of Object.values(shapes)) {
      expect(() => read(wrong)).toThrow(expect.objectContaining({ code: "input-not-valid" }));
    }
  }
});
