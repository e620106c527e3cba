import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Html, html, verbatim } from "./html.ts";
import { httpUrl } from "./http-url.ts";

describe("markup", () => {
  test("what is put into it stays text, in content and in attributes", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(`"`, `'`, "<", ">", "&"), (text, sign) => {
        const value = `${text}${sign}${text}`;
        const made = html`<a title="${value}">${value}</a>`.toString();
        expect(made.match(/[<>"]/g)?.join("")).toBe(`<""><>`);
        const back = made
          .slice(`<a title="`.length, made.indexOf(`">`))
          .replaceAll("&lt;", "<")
          .replaceAll("&gt;", ">")
          .replaceAll("&quot;", `"`)
          .replaceAll("&#39;", "'")
          .replaceAll("&amp;", "&");
        expect(back).toBe(value);
      }),
    );
  });

  test("markup stays markup, lists are joined, and nothing is nothing", () => {
    const items = ["<", 2].map((item) => html`<li>${item}</li>`);
    const list = html`<ul>
      ${items}${false}${null}${undefined}
    </ul>`;
    expect(list.toString().replaceAll(/\s+/g, "")).toBe("<ul><li>&lt;</li><li>2</li></ul>");
  });

  test("nobody else makes markup, and a script can't be ended from within", () => {
    expect(() => new Html(Symbol("html"), "<b>")).toThrow("html`…`");
    expect(() => verbatim("script", "'</script><script>'")).toThrow("end the script");
  });
});

describe("addresses that a link may lead to", () => {
  test.each([
    ["https://shop.example.net/back?a=1&b=2", "https://shop.example.net/back?a=1&b=2"],
    ["HTTP://shop.example.net", "http://shop.example.net/"],
    [`https://shop.example.net/"><script>`, "https://shop.example.net/%22%3E%3Cscript%3E"],
    ["javascript:alert(1)", undefined],
    [" javascript:alert(1)", undefined],
    ["data:text/html,x", undefined],
    ["https://bank.example.net@shop.example.net/", undefined],
    ["//shop.example.net/back", undefined],
    ["/back", undefined],
    ["", undefined],
    [null, undefined],
    [{ href: "https://shop.example.net" }, undefined],
  ])("%j", (value, expected) => {
    expect(httpUrl(value)).toBe(expected);
  });
});
