/** Plans on disk: one file each in the state folder, named by id, and files that people were given. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Json } from '#model/canonical-json.ts'
import type { Plan } from '#model/plan.ts'
import { err, type Result } from '#model/result.ts'
import { decodePlan, encodePlan } from '#contract/plan.ts'
import { stateFolderAt, writePrivately } from '#runtime/state-folder.ts'

/** The plan file's text. */
export const planFileText = (plan: Plan): string => `${JSON.stringify(encodePlan(plan), null, 2)}\n`

/** Keeps a plan under its id. */
export function savePlan(stateFolder: string, plan: Plan): void {
  const { plans } = stateFolderAt(stateFolder)
  mkdirSync(plans, { recursive: true, mode: 0o700 })
  writePrivately(join(plans, `${plan.planId}.json`), planFileText(plan))
}

/**
 * Finds a plan by what a person calls it: the first digits of its id, or a file.
 *
 * @returns the plan when it is whole and unedited, else why not
 */
export function findPlan(word: string, stateFolder: string, workingFolder: string): Result<Plan> {
  const { plans } = stateFolderAt(stateFolder)
  if (!IS_ID.test(word)) return readPlan(resolve(workingFolder, word), word)
  const matches = namesIn(plans).filter((name) => name.startsWith(word) && name.endsWith('.json'))
  const [match] = matches
  if (match === undefined)
    return err(`${word}: no plan of that id in ${plans}; ballast plan makes one`)
  if (matches.length > 1)
    return err(`${word}: ${matches.length} plans begin so; give more of the id`)
  return readPlan(join(plans, match), match)
}

/** The plan that was kept last. */
export function latestPlan(stateFolder: string): Result<Plan> {
  const { plans } = stateFolderAt(stateFolder)
  const newest = namesIn(plans)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, at: statSync(join(plans, name)).mtimeMs }))
    .toSorted((a, b) => b.at - a.at)[0]
  if (newest === undefined) return err(`no plan in ${plans}; ballast plan makes one`)
  return readPlan(join(plans, newest.name), newest.name)
}

const IS_ID = /^[0-9a-f]{6,64}$/

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readPlan(path: string, shown: string): Result<Plan> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return err(`${shown}: cannot be read; expected a plan file or the first digits of a plan's id`)
  }
  try {
    const document: Json = JSON.parse(text)
    return decodePlan(document, shown)
  } catch {
    return err(`${shown}: is no JSON; expected the file that ballast plan --out writes`)
  }
}
