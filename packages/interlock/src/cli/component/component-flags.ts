import { InvalidArgumentError, type Command } from "commander";
import type { Component, Declaration } from "../../api/components.ts";
import { declarationSchema } from "../../api/components.ts";
import type { Localised } from "../../api/localised.ts";
import { textIn } from "../../language/text-in.ts";
import { durationFlag } from "../duration-flag.ts";
import { given, localisedFlag } from "../localised-flag.ts";

/** What a component is, as flags say it. */
export interface ComponentFlags {
  name?: Localised;
  description?: Localised;
  group?: string | false;
  position?: number;
  scope?: string | false;
  declares?: Declaration | false;
  onlyIfDegraded?: boolean;
  startDate?: string;
}

/** Adds the flags that say what a component is. */
export function addComponentFlags(command: Command): Command {
  return command
    .option("--name <language=text>", "what clients read, for each language: en='Payment API'", localisedFlag)
    .option("--description <language=text>", "a sentence on it, for each language", localisedFlag)
    .option("--group <key>", "the group that it belongs to")
    .option("--position <number>", "where it stands in the list", Number)
    .option("--scope <words>", "what of the system it is: app=payments table=public.payments")
    .option(
      "--declares <priority,state[,publish]>",
      "the incident that is opened when trouble is confirmed: P1,major_outage,publish,recover-after=90s,resolve-after=15m",
      declarationFlag,
    )
    .option("--only-if-degraded", "show it only while something is wrong with it")
    .option("--start-date <day>", "when its history begins: 2026-01-01");
}

/** Those flags as members of a request. */
export function componentBody(flags: ComponentFlags): object {
  return given({
    names: flags.name,
    descriptions: flags.description,
    group: noneOf(flags.group),
    position: flags.position,
    scope: noneOf(flags.scope),
    declares: noneOf(flags.declares),
    onlyShowIfDegraded: flags.onlyIfDegraded,
    startDate: flags.startDate,
  });
}

/** `--no-scope` takes it away. */
function noneOf<Value>(value: Value | false | undefined): Value | null | undefined {
  return value === false ? null : value;
}

function declarationFlag(text: string): Declaration {
  const [priority, status, ...more] = text.split(",");
  const read = declarationSchema.safeParse({ priority, status, ...settingsOf(more) });
  if (read.success) return read.data;
  throw new InvalidArgumentError(
    "Write a priority, a state, publish if it is, and when it recovers and resolves by itself: P1,major_outage,publish,recover-after=90s,resolve-after=15m.",
  );
}

/** What comes after priority and state; what is not known makes the whole not valid. */
function settingsOf(words: readonly string[]): object {
  const settings: Record<string, unknown> = { publish: false };
  for (const word of words) {
    const [name = "", value = ""] = word.split("=");
    if (word === "publish") settings["publish"] = true;
    else if (name === "recover-after") settings["recoverAfterSeconds"] = durationFlag(value) / 1_000;
    else if (name === "resolve-after")
      settings["resolveAfterMinutes"] = Math.ceil(durationFlag(value) / 60_000);
    else settings[word] = true;
  }
  return settings;
}

/** `payment-api  operational  Payment API  (app=payments)`. */
export function renderComponent(component: Component): string {
  const { key, names, status, isGroup, group, scope, declares, isShown } = component;
  const indent = group === null ? "" : "  ";
  const parts = [
    `${indent}${key}`,
    status,
    textIn(names, "en")?.text ?? "",
    ...(isGroup ? ["(group)"] : []),
    ...(scope === null ? [] : [`(${scope})`]),
    ...(declares === null ? [] : [`declares ${declares.priority} ${declares.status}`]),
    ...(isShown ? [] : ["hidden"]),
  ];
  return `${parts.join("  ")}\n`;
}
