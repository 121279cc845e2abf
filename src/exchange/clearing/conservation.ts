/**
 * What must hold of an account's books whatever happens to it, stated exactly.
 *
 * **Money**, for every currency, to the nano: cash + cost of what was paid for + open fees − realised profit −
 * flows is what it was at the start. What is paid for are stocks and options; a future's cost never left the cash,
 * and a currency pair's is in the cash of both currencies. Flows are whatever moved cash without a security:
 * interest, dividends, borrow fees, variation, transfers, the legs of currency trades and their commissions.
 *
 * **Units**, for every instrument: held = held at the start + bought − sold + what corporate actions, deliveries
 * and expiries brought and took.
 *
 * **Margin**: the figures that are kept up to date equal those computed from nothing.
 */
import { format, minus, money, plus, quantity, type Currency, type Money, type Quantity } from '#model/fixed.ts' // prettier-ignore
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { ClearingAccount } from '#exchange/clearing/clearing.ts'

/** What does not change. */
export interface BookConstants {
  readonly money: ReadonlyMap<Currency, Money<Currency>>
  readonly units: ReadonlyMap<InstrumentId, Quantity>
}

/** The books' constants as they are now; a currency or an instrument that never was anything is absent. */
export function bookConstants(clearing: ClearingAccount): BookConstants {
  const sums = clearing.sums()
  const amounts = new Map<Currency, Money<Currency>>()
  const add = (currency: Currency, amount: Money<Currency>) =>
    amounts.set(currency, plus(amounts.get(currency) ?? ZERO, amount))
  for (const [currency, amount] of clearing.cash()) add(currency, amount)
  for (const { instrument, cost, fees } of clearing.holdings())
    add(instrument.currency, instrument.assetClass === 'FUT' ? fees : plus(cost, fees))
  for (const [currency, amount] of sums.realized) add(currency, minus(ZERO, amount))
  for (const [currency, kinds] of sums.flows)
    for (const amount of kinds.values()) add(currency, minus(ZERO, amount))
  const units = new Map<InstrumentId, Quantity>()
  const count = (id: InstrumentId, by: Quantity) => units.set(id, plus(units.get(id) ?? NONE, by))
  for (const { instrument, quantity: held } of [...clearing.holdings(), ...clearing.pairs()])
    count(instrument.id, held)
  for (const moved of [sums.traded, sums.otherwise])
    for (const [id, by] of moved) count(id, minus(NONE, by))
  return { money: amounts, units }
}

/**
 * Which of the statements do not hold, each as a sentence with its figures; nothing when the books balance.
 *
 * @param since - the constants at the start
 */
export function imbalances(
  account: Pick<AccountDesk, 'clearing' | 'margin'>,
  since: BookConstants,
  now: EpochMs,
): readonly string[] {
  const at = bookConstants(account.clearing)
  return [
    ...changesOf('money in', since.money, at.money, ZERO),
    ...changesOf('units of', since.units, at.units, NONE),
    ...emptyHoldings(account.clearing),
    ...staleFigures(account.margin, now),
  ]
}

function changesOf<Key extends string, Value extends Money<Currency> | Quantity>(
  what: string,
  before: ReadonlyMap<Key, Value>,
  after: ReadonlyMap<Key, Value>,
  nothing: Value,
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((key) => {
    const [was, is] = [before.get(key) ?? nothing, after.get(key) ?? nothing]
    return was === is ? [] : [`${what} ${key}: ${format(was)} at the start, ${format(is)} now`]
  })
}

/** What is flat has no cost and no fees. */
const emptyHoldings = (clearing: ClearingAccount): readonly string[] =>
  clearing
    .holdings()
    .filter(({ quantity: held, cost, fees }) => held === 0n && (cost !== 0n || fees !== 0n))
    .map(({ instrument, cost, fees }) => `${instrument.id} is flat and cost ${format(cost)}, fees ${format(fees)}`) // prettier-ignore

function staleFigures(margin: AccountDesk['margin'], now: EpochMs): readonly string[] {
  const [kept, fresh] = [margin.standing(now), margin.afresh(now)]
  return FIGURES.filter((name) => kept[name] !== fresh[name]).map(
    (name) => `${name}: kept ${format(kept[name])}, from nothing ${format(fresh[name])}`,
  )
}

const FIGURES = ['cash', 'net', 'withoutLoan', 'gross', 'initial', 'maintenance'] as const
const ZERO: Money<Currency> = money('0', 'USD')
const NONE = quantity('0')
