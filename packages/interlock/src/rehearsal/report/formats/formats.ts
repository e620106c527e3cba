import type { Format } from "./format.ts";

/**
 * Every format of `interlock check`, loaded when it is asked for. A new one is a file of this folder and a line here.
 */
export const formats = {
  text: async () => (await import("./text/render-text.ts")).renderText,
  json: async () => (await import("./render-json.ts")).renderJson,
  markdown: async () => (await import("./markdown/render-markdown.ts")).renderMarkdown,
  sarif: async () => (await import("./sarif/render-sarif.ts")).renderSarif,
  github: async () => (await import("./render-github.ts")).renderGithub,
  gitlab: async () => (await import("./render-gitlab.ts")).renderGitlab,
  junit: async () => (await import("./junit/render-junit.ts")).renderJunit,
} satisfies Record<string, () => Promise<Format>>;

export type FormatName = keyof typeof formats;

export const formatNames = Object.keys(formats) as FormatName[];

export function isFormatName(text: string): text is FormatName {
  return Object.hasOwn(formats, text);
}
