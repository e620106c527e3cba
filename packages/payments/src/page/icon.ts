import { html, type Html } from "./html.ts";

export type IconName = "done" | "wrong" | "waiting" | "bank" | "lock";

const paths: Record<IconName, Html> = {
  done: html`<path d="M5 12.5l4.5 4.5L19 7.5" />`,
  wrong: html`<path d="M7 7l10 10M17 7L7 17" />`,
  waiting: html`<circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" />`,
  bank: html`<path d="M4 9.5l8-5 8 5H4zM6.5 10v7M12 10v7M17.5 10v7M4 19.5h16" />`,
  lock: html`<rect x="5.5" y="10.5" width="13" height="9" rx="2" /><path
      d="M8.5 10.5V8a3.5 3.5 0 017 0v2.5"
    />`,
};

/** A sign beside words that say the same: hidden from those who listen. */
export function icon(name: IconName): Html {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${paths[name]}
  </svg>`;
}
