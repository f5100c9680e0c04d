'use strict';
// The lines of the suite: one a case.

let failures = 0;

function line(name, trouble) {
  if (!trouble) {
    console.log(`ok - browser: ${name}`);
    return;
  }
  failures += 1;
  console.log(`not ok - browser: ${name}\n${trouble.replace(/^/gm, '  ')}`);
}

// True: it passed.
async function check(name, run) {
  try {
    await run();
    line(name);
    return true;
  } catch (e) {
    line(name, e.message);
    return false;
  }
}

function expect(condition, what) {
  if (!condition) {
    throw new Error(what);
  }
}

function same(found, wanted, what) {
  expect(JSON.stringify(found) === JSON.stringify(wanted), `${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

function none(found, what) {
  expect(found.length === 0, `${what}:\n${found.join('\n')}`);
}

module.exports = { check, expect, same, none, failures: () => failures };
