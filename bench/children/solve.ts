/** Solves one portfolio document from standard input and prints how many milliseconds it took in this fresh process. */
import { readFileSync } from 'node:fs'
import type { PortfolioDocument } from '#contract/portfolio-document.ts'
import { normalFormOf } from '#contract/portfolio-normal-form.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'

const document = JSON.parse(readFileSync(0, 'utf8')) as PortfolioDocument
const begun = performance.now()
const form = normalFormOf(document)
if (!form.ok) throw new Error(form.error)
solvePortfolio(form.value.problem)
console.log(performance.now() - begun)
