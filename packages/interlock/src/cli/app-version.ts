import { Failure } from "../std/failure.ts";

/** `payments@2.3.0` of `--app` in its two parts. Throws `Failure` "app-version-not-valid". */
export function readAppVersion(text: string): { app: string; version: string } {
  const at = text.lastIndexOf("@");
  const app = text.slice(0, Math.max(at, 0));
  const version = text.slice(at + 1);
  if (app === "" || version === "" || /[\s\0]/.test(text)) {
    throw new Failure({
      code: "app-version-not-valid",
      message: `"${text}" is not an app version.`,
      why: "An app version is a name, an @ and a version, without spaces.",
      state: "Nothing was run.",
      next: "Write it as --app payments@2.3.0.",
    });
  }
  return { app, version };
}

/** Where the workload of an app version goes by default: `workloads/payments@2.3.0.json`. */
export function workloadPath({ app, version }: { app: string; version: string }): string {
  // A scoped name has a slash, which is no part of a file's name.
  return `workloads/${`${app}@${version}`.replaceAll(/[/\\]/g, "-")}.json`;
}
