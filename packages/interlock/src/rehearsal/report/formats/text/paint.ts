import { styleText } from "node:util";

export type Paint = (style: "red" | "green" | "yellow" | "dim" | "bold", text: string) => string;

/** Colours where they are wanted, and nothing elsewhere. */
export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}
