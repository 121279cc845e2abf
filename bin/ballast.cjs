#!/usr/bin/env node
/**
 * The `ballast` executable of the published package: looks at the Node it was started with, then
 * starts the program. Written in the oldest JavaScript, so that an old Node reads it and says
 * what is wrong instead of where it stumbled.
 */
'use strict'

var NEEDED = 24
var found = process.versions.node

if (Number(found.split('.')[0]) >= NEEDED) require('./start.cjs')
else {
  process.stderr.write(
    'ballast: found Node ' +
      found +
      ', expected ' +
      NEEDED +
      ' or newer. Install it from https://nodejs.org, or without installing run: ' +
      'npx -p node@' +
      NEEDED +
      ' -p ballast ballast\n',
  )
  process.exitCode = 1
}
