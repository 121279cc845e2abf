import { describe, expect, test } from 'vitest'
import type { NewVenueOrder, OcaType } from '#exchange/terms.ts'
import { GROUP_REFUSALS, orderGroups, withFamilyGroup } from '#exchange/orders/groups.ts'
import type { Consequence, OrderRelations } from '#exchange/orders/relations.ts'
import { isOpen, liveOrder, type LiveOrder } from '#exchange/orders/venue-order.ts'
import { toNumber } from '#model/border.ts'
import { lesser, minus, plus, quantity, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'
import { table } from '#test/support/table.ts'

describe('a child', () => {
  test.each(
    table(`
      parent | fills | ends     | child | works | left
      100    | 0     |          | 100   | 0     | 100
      100    | 40    |          | 100   | 40    | 100
      100    | 40    |          | 50    | 20    | 50
      100    | 33    |          | 50    | 16    | 50
      100    | 100   |          | 50    | 50    | 50
      100    | 100   |          | 300   | 300   | 300
      100    | 0     | canceled | 100   | 0     | 0
      100    | 40    | canceled | 100   | 40    | 40
      100    | 40    | expired  | 50    | 20    | 20
    `),
  )('of $child, its parent of $parent having filled $fills $ends: $works of $left', (row) => {
    const world = groupWorld()
    const parent = world.place({ quantity: row.parent })
    const child = world.place({ quantity: row.child, parent: parent.permId })
    if (row.fills !== '0') world.fill(parent, row.fills)
    if (row.ends !== '') world.end(parent, row.ends as 'canceled' | 'expired')
    const open = isOpen(child)
    expect(open ? unitsOf(world.groups.allowed(child)) : 0).toBe(Number(row.works))
    expect(open ? unitsOf(child.terms.quantity) : 0).toBe(Number(row.left))
  })

  test('of a child goes with the parent, too', () => {
    const world = groupWorld()
    const parent = world.place({ quantity: '10' })
    const child = world.place({ quantity: '10', parent: parent.permId })
    const grandchild = world.place({ quantity: '10', parent: child.permId })
    world.end(parent, 'canceled')
    expect([child.status, grandchild.status]).toEqual(['canceled', 'canceled'])
  })

  test('of a parent that ended is refused, but where it filled', () => {
    const world = groupWorld()
    const [gone, filled] = [world.place({ quantity: '10' }), world.place({ quantity: '10' })]
    world.end(gone, 'canceled')
    world.fill(filled, '10')
    expect(world.groups.refusalOf(termsOf({ quantity: '10', parent: gone.permId }))).toBe(
      GROUP_REFUSALS.missingParent,
    )
    expect(
      world.groups.refusalOf(termsOf({ quantity: '10', parent: filled.permId })),
    ).toBeUndefined()
    const late = world.place({ quantity: '10', parent: filled.permId })
    expect([world.groups.awaitsParent(late), unitsOf(world.groups.allowed(late))]).toEqual([false, 10]) // prettier-ignore
  })

  test('does not grow when its parent is made smaller', () => {
    const world = groupWorld()
    const parent = world.place({ quantity: '100' })
    const child = world.place({ quantity: '100', parent: parent.permId })
    world.fill(parent, '40')
    parent.terms = { ...parent.terms, quantity: quantity('50') }
    expect(unitsOf(world.groups.allowed(child))).toBe(40)
    world.fill(parent, '10')
    expect(unitsOf(child.terms.quantity)).toBe(50)
  })

  test('shares a group of type 3 with its siblings, unless it names one', () => {
    expect(withFamilyGroup(termsOf({ quantity: '1', parent: 7 })).oca).toEqual({ name: '7', type: 3 }) // prettier-ignore
    const own = { name: 'mine', type: 1 as const }
    expect(withFamilyGroup(termsOf({ quantity: '1', parent: 7, oca: own })).oca).toBe(own)
    expect(withFamilyGroup(termsOf({ quantity: '1' })).oca).toBeUndefined()
  })
})

describe('a group', () => {
  test.each(
    table(`
      type | sizes       | fill | left
      1    | 100 100 100 | 30   | 70 - -
      1    | 100 50      | 100  | - -
      2    | 100 100     | 30   | 70 70
      2    | 100 50      | 30   | 70 35
      3    | 100 50 33   | 30   | 70 35 23
      3    | 100 7       | 1    | 99 6
      3    | 100 50      | 100  | - -
    `),
  )('of type $type and sizes $sizes, the first filling $fill, has left: $left', (row) => {
    const world = groupWorld()
    const oca = { name: 'g', type: Number(row.type) as OcaType }
    const orders = row.sizes.split(' ').map((size) => world.place({ quantity: size, oca }))
    const [first] = orders
    if (first !== undefined) world.fill(first, row.fill)
    const left = orders.map((of) => (isOpen(of) ? String(unitsOf(minus(of.terms.quantity, of.filled))) : '-')) // prettier-ignore
    expect(left.join(' ')).toBe(row.left)
  })

  test('that blocks lets one order rest: the first, or the one that has begun to fill', () => {
    const world = groupWorld()
    const oca = { name: 'g', type: 2 as const }
    const orders = ['100', '100', '100'].map((size) => world.place({ quantity: size, oca }))
    const resting = () => orders.map((order) => world.groups.mayRest(order))
    expect(resting()).toEqual([true, false, false])
    const [first, second] = orders
    if (second !== undefined) world.fill(second, '10')
    expect(resting()).toEqual([false, true, false])
    if (second !== undefined) world.end(second, 'canceled')
    expect(resting()).toEqual([true, false, false])
    if (first !== undefined) first.status = 'held'
    expect(resting()[2]).toBe(true)
  })

  test('that has traded leaves its name when the day is over, unless one of it is open', () => {
    const world = groupWorld()
    const oca = { name: 'g', type: 1 as const }
    const [first, second] = [world.place({ quantity: '100', oca }), world.place({ quantity: '100', oca: { name: 'h', type: 3 } })] // prettier-ignore
    world.place({ quantity: '100', oca: { name: 'h', type: 3 } })
    world.fill(first, '100')
    world.fill(second, '100')
    const joins = () => ['g', 'h'].map((name) => world.groups.refusalOf(termsOf({ quantity: '1', oca: { name, type: name === 'g' ? 1 : 2 } }))?.code) // prettier-ignore
    expect(joins()).toEqual([201, 10327])
    world.groups.turnDay()
    expect(joins()).toEqual([undefined, undefined])
  })

  test('that does not block lets all of them rest', () => {
    const world = groupWorld()
    const oca = { name: 'g', type: 3 as const }
    const orders = ['100', '100'].map((size) => world.place({ quantity: size, oca }))
    expect(orders.map((order) => world.groups.mayRest(order))).toEqual([true, true])
  })

  test.each(
    table(`
      situation                      | joins              | code
      another type                   | type=2             | 10327
      a market-on-close order        | orderType=MOC      | 201
      an order for the opening       | timeInForce=OPG    | 201
      the same type                  | type=1             | none
      the same type after a fill     | type=1;filled=yes  | 201
    `),
  )('of type 1 that is joined by $situation: $code', ({ joins, code }) => {
    const world = groupWorld()
    const first = world.place({ quantity: '100', oca: { name: 'g', type: 1 } })
    const said = Object.fromEntries(joins.split(';').map((pair) => pair.split('='))) as Readonly<Record<string, string>> // prettier-ignore
    if (said['filled'] !== undefined) world.fill(first, '1')
    const refusal = world.groups.refusalOf({
      ...termsOf({ quantity: '100', oca: { name: 'g', type: Number(said['type'] ?? 1) as OcaType } }), // prettier-ignore
      ...(said['orderType'] === undefined ? {} : { orderType: 'MOC' }),
      ...(said['timeInForce'] === undefined ? {} : { timeInForce: 'OPG' }),
    })
    expect(String(refusal?.code ?? 'none')).toBe(code)
  })

  test('that reduces takes from a latecomer what has filled before', () => {
    const world = groupWorld()
    const oca = { name: 'g', type: 3 as const }
    const first = world.place({ quantity: '100', oca })
    world.fill(first, '60')
    expect(unitsOf(world.place({ quantity: '50', oca }).terms.quantity)).toBe(20)
  })

  test('whose orders have all ended leaves its name to others, unless one of them traded', () => {
    const world = groupWorld()
    const another = termsOf({ quantity: '5', oca: { name: 'g', type: 3 } })
    const oca = { name: 'g', type: 3 as const }
    world.end(world.place({ quantity: '10', oca }), 'canceled')
    expect(world.groups.refusalOf({ ...another, oca: { name: 'g', type: 1 } })).toBeUndefined()
    world.fill(world.place({ quantity: '10', oca }), '10')
    expect(world.groups.refusalOf(another)).toBe(GROUP_REFUSALS.groupHasTraded)
  })
})

test('however orders fill, a group that reduces trades no more than its largest order', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const world = groupWorld()
    const draw = drawsOf(seed)
    const oca = { name: 'g', type: draw(2) === 0 ? (2 as const) : (3 as const) }
    const orders = Array.from({ length: 2 + draw(4) }, () => world.place({ quantity: String(1 + draw(400)), oca })) // prettier-ignore
    const sizes = orders.map(({ terms }) => unitsOf(terms.quantity))
    const largest = Math.max(...sizes)
    for (let step = 0; step < 40; step++) world.fillSome(orders, draw)
    const traded = orders.reduce((sum, { filled }) => sum + unitsOf(filled), 0)
    expect(traded, `seed ${seed}`).toBeLessThanOrEqual(largest)
    const shares = orders.reduce((sum, { filled }, i) => sum + unitsOf(filled) / (sizes[i] ?? 1), 0)
    expect(shares, `seed ${seed}`).toBeLessThanOrEqual(1 + 1e-12)
  }
})

test('however a bracket fills, it closes no more than was opened', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const world = groupWorld()
    const draw = drawsOf(seed)
    const size = 1 + draw(300)
    const parent = world.place({ quantity: String(size) })
    const children = [size, size].map((units) => world.place({ quantity: String(units), parent: parent.permId })) // prettier-ignore
    for (let step = 0; step < 40; step++) {
      world.fillSome([parent, ...children], draw)
      if (draw(30) === 0 && isOpen(parent)) world.end(parent, 'canceled')
      const closed = children.reduce((sum, { filled }) => sum + unitsOf(filled), 0)
      expect(closed, `seed ${seed}`).toBeLessThanOrEqual(unitsOf(parent.filled))
    }
  }
})

interface Asked {
  readonly quantity: string
  readonly parent?: number
  readonly oca?: { readonly name: string; readonly type: OcaType }
}

/** Groups, and what the order desk does at their word. */
function groupWorld() {
  const orders = new Map<number, LiveOrder>()
  const groups: OrderRelations = orderGroups(
    (permId) => {
      const order = orders.get(permId)
      return order !== undefined && isOpen(order) ? order : undefined
    },
    (permId) => orders.get(permId)?.status === 'filled',
  )
  const end = (order: LiveOrder, as: 'filled' | 'canceled' | 'expired'): void => {
    order.status = as
    apply(groups.afterEnd(order))
  }
  const apply = (effects: readonly Consequence[]): void => {
    for (const effect of effects) {
      if (effect.type === 'cancel') end(effect.order, 'canceled')
      if (effect.type !== 'reduce') continue
      effect.order.terms = { ...effect.order.terms, quantity: effect.quantity }
      if (effect.quantity === effect.order.filled) end(effect.order, 'canceled')
    }
  }
  const place = (asked: Asked): LiveOrder => {
    const terms = withFamilyGroup(termsOf(asked))
    const order = liveOrder(orders.size + 1, STOCK, terms, orders.size)
    orders.set(order.permId, order)
    order.terms = { ...terms, quantity: groups.join(order, 0) }
    return order
  }
  const fill = (order: LiveOrder, units: string | Quantity): void => {
    order.filled = plus(order.filled, typeof units === 'string' ? quantity(units) : units)
    if (order.filled === order.terms.quantity) order.status = 'filled'
    apply(groups.afterFill(order, 0))
    if (order.status === 'filled') apply(groups.afterEnd(order))
  }
  const fillSome = (among: readonly LiveOrder[], draw: (below: number) => number): void => {
    const order = among[draw(among.length)]
    if (order === undefined || !isOpen(order)) return
    const free = minus(groups.allowed(order), order.filled)
    if (free > 0n) fill(order, lesser(free, quantity(String(1 + draw(100)))))
  }
  return { groups, place, fill, end, fillSome }
}

function termsOf({ quantity: units, parent, oca }: Asked): NewVenueOrder {
  return {
    instrument: STOCK.id,
    action: 'BUY',
    quantity: quantity(units),
    orderType: 'MKT',
    timeInForce: 'DAY',
    outsideRegularHours: false,
    ...(parent === undefined ? {} : { parent }),
    ...(oca === undefined ? {} : { oca }),
    owner: { clientId: 1, orderId: 1, orderRef: '' },
  }
}

const unitsOf = (units: Quantity): number => toNumber(units)

function drawsOf(seed: number): (below: number) => number {
  const key = randomKey(seed, 'groups')
  let at = 0
  return (below) => Math.floor(uniformAt(key, at++) * below)
}

const STOCK: Stock = {
  id: 'AAPL.STK.USD' as InstrumentId,
  assetClass: 'STK',
  conId: 265598,
  symbol: 'AAPL',
  exchange: 'SMART',
  primaryExchange: 'NASDAQ',
  currency: 'USD',
  multiplier: 1n,
  priceIncrements: ONE_CENT,
  lot: quantity('1'),
  sector: 'Technology',
  shortable: true,
  borrowRate: 0,
}
