import { defineConfig } from "oxlint";
import { layers } from "./scripts/layers.ts";

type Rule = ["error", { patterns: { group: string[]; message: string }[] }];

/** For each folder, the folders below it in the list are out of reach; the message says where the code belongs. */
const layerRules = layers.map(({ folder, holds }, index) => ({
  files: [`packages/interlock/src/${folder}/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: layers.slice(index + 1).map((higher) => ({
          group: [`**/${higher.folder}/**`],
          message: `${folder}/ (${holds}) stands below ${higher.folder}/ (${higher.holds}) and may not import from it. Move the code down, or pass the value in.`,
        })),
      },
    ] satisfies Rule,
  },
}));

export default defineConfig({
  plugins: ["typescript", "unicorn", "oxc", "import", "promise", "node", "vitest"],
  categories: { correctness: "error", suspicious: "error" },
  rules: {
    "no-await-in-loop": "off",
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "no-empty": "error",
    "no-console": "error",
    eqeqeq: "error",
  },
  overrides: [
    ...layerRules.slice(0, -1),
    // Tests stand beside what they test and may use any layer to set it up.
    { files: ["packages/interlock/src/**/*.test.ts"], rules: { "no-restricted-imports": "off" } },
    {
      files: ["packages/payments/**/*.ts"],
      rules: {
        "no-restricted-imports": [
          "error",
          {
            patterns: [
              {
                group: ["**/interlock/src/**"],
                message: "The payment platform uses only public exports of pg-interlock and the CLI.",
              },
            ],
          },
        ],
      },
    },
  ],
});
