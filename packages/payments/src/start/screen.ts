import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** What is printed. On a terminal the last line may be rewritten while something goes on; elsewhere only its end shows. */
export class Screen {
  readonly #terminal = process.stdout.isTTY === true;
  readonly #colour = this.#terminal && process.env["NO_COLOR"] === undefined;
  #open = false;

  line(text = ""): void {
    this.#clear();
    process.stdout.write(`${text}\n`);
  }

  /** A line that the next call replaces. */
  passing(text: string): void {
    if (!this.#terminal) return;
    this.#clear();
    process.stdout.write(text.slice(0, (process.stdout.columns ?? 80) - 1));
    this.#open = true;
  }

  style(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }

  done(text: string, { tookMs }: { tookMs?: number } = {}): void {
    const time = tookMs === undefined ? "" : seconds(tookMs);
    this.line(`${this.style("green", "✓")} ${text.padEnd(66)} ${this.style("dim", time)}`.trimEnd());
  }

  #clear(): void {
    if (this.#open) process.stdout.write("\r\u001B[2K");
    this.#open = false;
  }
}

/** `1234` → "1.2 s". */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** `123456` → "123,456". */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A bar of twelve cells. */
export function bar(share: number): string {
  const full = Math.max(0, Math.min(12, Math.round(share * 12)));
  return "█".repeat(full) + "░".repeat(12 - full);
}
