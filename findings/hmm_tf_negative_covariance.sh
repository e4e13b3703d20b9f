#!/usr/bin/env bash
# hidden-markov-model-tf 4.0.0 (npm): a negative covariance counts as zero, so that all depends on the sign of a column.
#
# Each state of this hidden Markov model has a normal distribution with a covariance matrix of its own; the example in
# the README gives one state a covariance of -0.01. To keep variances above 0, the library replaces every entry of the
# matrix that is smaller than 1e-16 by that number before it takes the determinant and the inverse, those off the
# diagonal too. So a negative covariance is 0 in every density, and with it in logLikelihood, in Viterbi's path and in
# each step of EM, while getParameters shows the negative number. A column with its sign changed describes the same
# data and has the same log P. Below, two states take turns of ten rows, in two narrow bands along the falling
# diagonal, so that x and y have a correlation of -0.98. With the parameters that made the rows, log P is -1223.2 by
# hand and Viterbi's path is right in 0.988 of 400 rows. The library says -1749.1, which is log P without the
# covariance, and is right in 0.525, little better than a coin. With y replaced by -y it says -1223.2 and 0.988. fit,
# from the same start mirrored, learns states that are right in 0.520 and in 0.985 of the rows, and `converged` is
# true for both. Nothing warns.
#
# Seen on 1 December 2026, log P and the share of rows with the right state: "falling: hand -1223.2 0.988, given
# -1749.1 0.525, fit -1640.9 0.520, without covariance -1749.1", "rising: hand -1223.2 0.988, given -1223.2 0.988, fit
# -1229.7 0.985, without covariance -1749.1". (It takes Node.js 16 or later, with npm.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund hidden-markov-model-tf@4.0.0 @tensorflow/tfjs-core@3.21.0 \
    @tensorflow/tfjs-backend-cpu@3.21.0
node - <<'JAVASCRIPT'
const assert = require("assert");
const tf = require("@tensorflow/tfjs-core");
tf.env().set("IS_TEST", true); // Otherwise a greeting comes first.
require("@tensorflow/tfjs-backend-cpu");
const HMM = require("hidden-markov-model-tf");

// A generator written out, so that the numbers do not depend on the version of anything.
let seed = 7;
const uniform = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

// Ten rows of state 0, ten of state 1 and so on; both spread along the falling diagonal, ten times as far as across.
const truth = Array.from({ length: 400 }, (_, row) => Math.floor(row / 10) % 2);
const falling = truth.map((state) => {
  const along = 3 * normal();
  const across = 0.3 * normal() + state * Math.SQRT2;
  return [(across + along) / Math.SQRT2, (across - along) / Math.SQRT2];
});
const moves = [[0.9, 0.1], [0.1, 0.9]];
const variance = (9 + 0.09) / 2;

/** Return log P and the most probable states, summed and sought by hand. */
function byHand(rows, means, covariance) {
  const determinant = variance ** 2 - covariance ** 2;
  const density = (row, mean) => {
    const [x, y] = [row[0] - mean[0], row[1] - mean[1]];
    const far = (variance * (x * x + y * y) - 2 * covariance * x * y) / determinant;
    return -far / 2 - Math.log(2 * Math.PI) - Math.log(determinant) / 2;
  };
  let total = 0;
  let share = [0.5, 0.5];
  let best = [Math.log(0.5), Math.log(0.5)];
  const from = [];
  rows.forEach((row, place) => {
    const logs = means.map((mean) => density(row, mean));
    if (place > 0) {
      share = [0, 1].map((to) => share[0] * moves[0][to] + share[1] * moves[1][to]);
      const came = [0, 1].map((to) => (best[0] + Math.log(moves[0][to]) > best[1] + Math.log(moves[1][to]) ? 0 : 1));
      best = came.map((origin, to) => best[origin] + Math.log(moves[origin][to]));
      from.push(came);
    }
    share = share.map((each, state) => each * Math.exp(logs[state]));
    best = best.map((each, state) => each + logs[state]);
    const sum = share[0] + share[1];
    total += Math.log(sum);
    share = share.map((each) => each / sum);
  });
  const path = [best[0] > best[1] ? 0 : 1];
  for (const came of from.reverse()) path.unshift(came[path[0]]);
  return { total, path };
}

/** Return the share of rows whose state is right, whichever of the learned states is called 0. */
function right(path, named) {
  const share = path.filter((state, row) => state === truth[row]).length / truth.length;
  return named ? share : Math.max(share, 1 - share);
}

async function show() {
  const found = {};
  for (const [name, sign] of [["falling", 1], ["rising", -1]]) {
    const rows = falling.map(([x, y]) => [x, sign * y]);
    const means = [[0, 0], [1, sign]];
    const covariance = (-sign * (9 - 0.09)) / 2;
    const scale = [[variance, covariance], [covariance, variance]];
    const data = tf.tensor([rows]);
    const given = new HMM({ states: 2, dimensions: 2 });
    await given.setParameters({
      pi: tf.tensor([0.5, 0.5]), A: tf.tensor(moves), mu: tf.tensor(means), Sigma: tf.tensor([scale, scale]),
    });
    const hand = byHand(rows, means, covariance);
    const learned = new HMM({ states: 2, dimensions: 2 });
    const { converged } = await learned.fit(data, { seed: 1, maxIterations: 500, tolerance: 1e-5 });
    found[name] = {
      hand: [hand.total, right(hand.path, true)],
      zero: byHand(rows, means, 0).total,
      given: [(await given.logLikelihood(data).data())[0], right([...(await given.inference(data).data())], true)],
      fit: [(await learned.logLikelihood(data).data())[0], right([...(await learned.inference(data).data())], false)],
      converged,
    };
    const text = ["hand", "given", "fit"].map((key) => {
      return `${key} ${found[name][key][0].toFixed(1)} ${found[name][key][1].toFixed(3)}`;
    });
    console.log(`${name}: ${text.join(", ")}, without covariance ${found[name].zero.toFixed(1)}`);
  }
  const { falling: low, rising: high } = found;
  assert(Math.abs(low.hand[0] - high.hand[0]) < 1e-6 && low.hand[1] === high.hand[1], "the mirror changes nothing");
  assert(Math.abs(high.given[0] - high.hand[0]) < 0.01 && high.given[1] === high.hand[1], "rising is right");
  assert(Math.abs(low.given[0] - low.zero) < 0.01 && low.hand[0] - low.given[0] > 500, "falling has no covariance");
  assert(low.hand[1] > 0.95 && low.given[1] < 0.6, "falling has the wrong states");
  assert(low.converged && high.converged && low.fit[1] < 0.6 && high.fit[1] > 0.95, "fit depends on the sign");
}
show();
JAVASCRIPT
