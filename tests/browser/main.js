'use strict';
// usage: node main.js WORLDS.json; run_browser.py makes the worlds, one for each part that is to be played.

const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');
const { failures } = require('./report');
const { story } = require('./story');
const { tour } = require('./tour');

const pictures = process.env.PICTURES;
const PARTS = {
  story,
  sl: (browser, world) => tour(browser, world, 'sl', shoot),
  en: (browser, world) => tour(browser, world, 'en', shoot),
  short: (browser, world) => tour(browser, world, 'sl', shoot, 1),
};

// A name is resolved by nobody: what is not this machine is not found.
const launch = () => chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
});

async function shoot(page, name) {
  if (!pictures) {
    return;
  }
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(pictures, `${name.replaceAll(' ', '_')}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function main() {
  const worlds = Object.entries(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')));
  const browser = await launch();
  await Promise.all(worlds.map(([part, world]) => PARTS[part](browser, world)));
  await browser.close();
  process.exitCode = failures() ? 1 : 0;
}

main().catch((e) => {
  console.log(`not ok - browser: the run ended early\n${e.stack}`);
  process.exit(1);
});
