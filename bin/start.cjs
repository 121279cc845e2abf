/** Apart from `ballast.cjs`, since an old Node cannot even read the word `import()`. */
'use strict'

void import('../lib/cli/main.js')
