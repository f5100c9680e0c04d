'use strict';
// usage: node main.js WORLDS.json [FOLDER FOR PICTURES]; run_browser.py makes the worlds.

const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');
const { failures } = require('./report');
const { story } = require('./story');
const { tour } = require('./tour');

const [worldsFile, pictures] = process.argv.slice(2);

// A name is resolved by nobody: what is not this machine is not found.
const launch = () => chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
});

async function shootBoth(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(pictures, `${name.replaceAll(' ', '_')}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function main() {
  const worlds = JSON.parse(fs.readFileSync(worldsFile, 'utf8'));
  const browser = await launch();
  const shoot = pictures ? (language) => (page, kind) => shootBoth(page, `${language}-${kind}`) : () => () => {};
  await Promise.all([
    story(browser, worlds.story),
    tour(browser, worlds.sl, 'sl', shoot('sl')),
    tour(browser, worlds.en, 'en', shoot('en')),
  ]);
  await browser.close();
  process.exitCode = failures() ? 1 : 0;
}

main().catch((e) => {
  console.log(`not ok - browser: the run ended early\n${e.stack}`);
  process.exit(1);
});
