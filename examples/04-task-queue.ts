// A TaskQueue knows what may run; somebody else runs it. Here that is a loop which takes two tasks a tick,
// as the loop of a game or a test bench would: get() hands out a finished task, else a ready one, else nothing.

import { task, TaskQueue } from "thence";

const flour = task("weigh flour", () => 500);
const water = task("warm water", () => 350);
const dough = task("knead dough", { require: [flour, water], run: ([flour, water]) => flour + water });
const oven = task("heat oven", () => 240);
const bread = task("bake bread", {
  require: { dough, oven },
  run: ({ dough, oven }) => `a loaf of ${dough} g, baked at ${oven} °C`,
});

const kitchen = new TaskQueue([bread, dough, oven, flour, water]);

for (let tick = 1; kitchen.size > 0; tick += 1) {
  for (let hand = 1; hand <= 2; hand += 1) {
    const next = kitchen.get();
    if (!next) break;
    console.log(`tick ${tick}: ${next.name}`);
    await next.dispatch();
  }
}

console.log(bread.result);
