// Random graphs under remote control against the reference model. On failure fast-check prints the seed and
// the smallest scenario that it found. The scenarios are the same each time, so that a change is to blame when one
// fails; `THENCE_SEED=random` (or a number) plays others, and `THENCE_RUNS=100` a hundred times as many.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { installPlatform, platform } from "../../src/core/platform.ts";
import { finishing, meddling, nested, sideBySide } from "./arbitrary.ts";
import type { Scenario } from "./arbitrary.ts";
import { MUTANTS } from "./mutants.ts";
import { play } from "./play.ts";
import { RULES } from "./rules.ts";
import type { Rules } from "./rules.ts";

const seed = process.env["THENCE_SEED"] ?? "1";
const times = Number(process.env["THENCE_RUNS"] ?? 1);
const seeded = seed === "random" ? {} : { seed: Number(seed) };

function holds(scenarios: fc.Arbitrary<Scenario>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const { complaints, log } = await play(scenario, RULES);
    if (complaints.length > 0) throw new Error([...complaints, "What happened:", ...log.slice(-80)].join("\n"));
  });
  return fc.assert(property, { numRuns: numRuns * times, ...seeded });
}

test("wide graphs run as the reference says, whatever ends when and how", () => holds(finishing, 500));

test("a run that is meddled with does what the reference says", () => holds(meddling, 1_200));

test("commands from within listeners and functions do what the reference says", () => holds(nested, 700));

test("runs side by side in one graph do what the reference says", () => holds(sideBySide, 500));

test("a run that nobody listens to goes as one that is watched", async (t) => {
  // Where time stands still no run takes a rest, which would come sooner for the one that the reference slows down.
  const { clock } = platform;
  installPlatform({ ...platform, clock: { ...clock, now: () => 0 } });
  t.after(() => installPlatform({ ...platform, clock }));
  const property = fc.asyncProperty(fc.oneof(finishing, meddling), async (scenario) => {
    const [watched, alone] = [await play(scenario, RULES), await play(scenario)];
    assert.deepEqual(watched.complaints, [], watched.log.join("\n"));
    assert.deepEqual(alone.notes, watched.notes);
    assert.deepEqual(alone.complaints, []);
  });
  await fc.assert(property, { numRuns: 250 * times, ...seeded });
});

test("the comparison finds fault with every wrong rule", async (t) => {
  for (const [name, wrong] of Object.entries(MUTANTS)) {
    await t.test(name, async () => {
      const rules: Rules = { ...RULES, ...wrong };
      const property = fc.asyncProperty(fc.oneof(finishing, meddling), async (scenario) => {
        const { complaints } = await play(scenario, rules);
        return complaints.length === 0;
      });
      const { failed } = await fc.check(property, { numRuns: 2_000, endOnFailure: true, ...seeded });
      assert.ok(failed, `2,000 scenarios agree with the rule that ${name}`);
    });
  }
});
