import * as fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "../printable.ts";
import { renderGithub } from "./render-github.ts";
import { anyReport, errorsOf, nowhere } from "./testing-reports.ts";

interface Command {
  name: string;
  keys: string[];
  line: string;
  message: string;
}

/** As the runner reads it: the name, properties up to the next "::", and the rest. */
function read(line: string): Command {
  const [, name = "", properties = "", message = ""] = /^::(\w+) (.*?)::(.*)$/su.exec(line) ?? [];
  const pairs = properties.split(",").map((one) => one.split("="));
  return {
    name,
    keys: pairs.map(([key = ""]) => key),
    line: pairs[1]?.[1] ?? "",
    message: decode(message),
  };
}

function decode(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

test("each annotation is one line, none comes from a name, and every error is in one", () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const lines = renderGithub(report, nowhere).split("\n").slice(0, -1);
      const commands = lines.map(read);
      for (const { name, keys, line } of commands) {
        expect(keys).toEqual(["file", "line", "title"]);
        expect(line).toMatch(/^\d+$/);
        expect(["error", "warning"]).toContain(name);
      }
      for (const kind of ["error", "warning"]) {
        expect(commands.filter(({ name }) => name === kind).length).toBeLessThanOrEqual(10);
      }
      const all = commands.map(({ message }) => message).join("\n");
      for (const { message } of errorsOf(report)) expect(all).toContain(printable(message));
      // A step that goes on without an answer would look like one that passed.
      expect(all.startsWith("Unknown: ")).toBe(report.verdict === "unknown");
    }),
  );
});
