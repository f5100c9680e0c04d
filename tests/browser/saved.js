'use strict';
// What the browser saves instead of showing it: read by programs of others, not by the gateway.

const { execFileSync } = require('child_process');
const { expect } = require('./report');

// The file that comes of `act`; its name ends so.
async function saved(page, ending, act) {
  const [file] = await Promise.all([page.waitForEvent('download'), act()]);
  expect(file.suggestedFilename().endsWith(ending), `the file is called ${file.suggestedFilename()}`);
  return file.path();
}

const pdfText = (file) => execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
const zipMember = (file, name) => execFileSync('unzip', ['-p', file, name], { encoding: 'utf8' });

module.exports = { saved, pdfText, zipMember };
