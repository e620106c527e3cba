import type { Shipment, ShipmentDatabase, ShipmentSummary } from "../api/shipments.ts";

/** 0 where it is where it was to go; 1 stopped by somebody or still waiting; 2 failed. */
export function exitCodeOf({ state, databases, reasons }: Shipment): 0 | 1 | 2 {
  switch (state) {
    case "ready":
    case "done":
    case "rolled-back":
      return 0;
    case "stopped":
      return databases.some((one) => one.state === "failed") ||
        reasons.some(({ code }) => code === "internal")
        ? 2
        : 1;
    case "running":
    case "waiting":
    case "rolling-back":
      return 1;
  }
}

/** A shipment in one line. */
export function renderSummary(shipment: ShipmentSummary): string {
  const { state, target, direction, change, title, startedAt, startedBy } = shipment;
  const goal = direction === "back" ? "rollback" : `to ${target}`;
  return [
    shipment.shipment,
    state.padEnd(12),
    goal.padEnd(11),
    change,
    JSON.stringify(title),
    `${startedAt.slice(0, 16).replace("T", " ")} by ${startedBy}`,
  ].join("  ");
}

/** A shipment for people: where it is first, then each database, then what stands against it and what to do. */
export function renderShipment(shipment: Shipment): string {
  const { environment, databases, reasons } = shipment;
  const width = Math.max(...databases.map(({ database }) => database.length));
  return [
    `${shipment.state.toUpperCase()}  ${environment}`,
    renderSummary(shipment),
    "",
    ...databases.map((one) => `  ${one.database.padEnd(width)}  ${describeDatabase(one)}`),
    ...reasons.flatMap(({ code, message, next }) => [
      "",
      `${code}: ${message}`,
      ...(next === "" ? [] : [`  next: ${next}`]),
    ]),
    "",
  ].join("\n");
}

/** What is new between two looks at a shipment, a line each. */
export function newsOf(before: Shipment | undefined, now: Shipment): string[] {
  const news: string[] = [];
  for (const one of now.databases) {
    const known = before?.databases.find(({ database }) => database === one.database);
    const text = describeDatabase(one);
    const isNews = known === undefined ? one.state !== "pending" : describeDatabase(known) !== text;
    if (isNews) news.push(`${one.database}: ${text}`);
  }
  if (before?.state !== now.state) news.push(`shipment ${now.state}`);
  if (now.state !== "stopped" && JSON.stringify(before?.reasons ?? []) !== JSON.stringify(now.reasons)) {
    news.push(
      ...now.reasons.map(({ code, message, next }) => `waits: ${code}: ${message} ${next}`.trimEnd()),
    );
  }
  return news;
}

function describeDatabase({ state, phase, isCanary, progress, failure }: ShipmentDatabase): string {
  const words = [
    isCanary ? "canary" : "",
    state === "running" || state === "failed" || state === "stopped"
      ? `${state} in ${phase ?? "expand"}`
      : state,
    progress?.title ?? "",
    progress === null ? "" : rowsOf(progress),
    progress?.waiting === null || progress === null ? "" : `waits for ${progress.waiting}`,
    failure === null ? "" : `${failure.code}: ${failure.message}`,
  ];
  return words.filter((word) => word !== "").join(", ");
}

function rowsOf({
  rowsSeen,
  rowsTotal,
  rowsPerSecond,
  remainingMs,
}: NonNullable<ShipmentDatabase["progress"]>): string {
  if (rowsSeen === null) return "";
  const total = rowsTotal === null ? "" : ` of about ${String(rowsTotal)}`;
  const rate = rowsPerSecond === null ? "" : `, ${String(Math.round(rowsPerSecond))}/s`;
  const left = remainingMs === null ? "" : `, about ${String(Math.ceil(remainingMs / 1_000))} s left`;
  return `${String(rowsSeen)}${total} rows${rate}${left}`;
}
